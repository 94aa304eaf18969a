package web

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// What our pages say stands in pages/NAME.json, by language.

func readTexts(name string) (map[string]map[string]string, error) {
	b, err := fs.ReadFile(templates, "pages/"+name+".json")
	if err != nil {
		return nil, fmt.Errorf("read the texts of a page: %w", err)
	}
	var out map[string]map[string]string
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("read the texts of %s: %w", name, err)
	}
	return out, nil
}

// languages are those of a browser, in the order of its header.
func languages(accepted string) []string {
	var out []string
	for part := range strings.SplitSeq(accepted, ",") {
		tag, _, _ := strings.Cut(part, ";")
		out = append(out, strings.TrimSpace(tag))
	}
	return out
}

// textsFor picks the first language that we speak, else English.
func textsFor(all map[string]map[string]string, wanted ...string) (string, map[string]string) {
	for _, tag := range wanted {
		if t := all[strings.ToLower(language(tag))]; t != nil {
			return strings.ToLower(language(tag)), t
		}
	}
	return "en", all["en"]
}
