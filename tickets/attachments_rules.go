package tickets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"heard/tickets/blobs"
)

// Limits of what people attach.
const (
	defaultMaxFile = 10 << 20
	mostMaxFile    = 100 << 20  // what an inbox may allow
	visitorDay     = 100 << 20  // bytes that one visitor may upload in 24 hours
	visitorFiles   = 200        // files of the same
	agentDay       = 5000 << 20 // an agent's, against a program that runs wild
	agentFiles     = 5000
)

// AttachmentSettings say what the visitors of an inbox may attach.
type AttachmentSettings struct {
	Off      bool      `json:"off"`
	MaxBytes int64     `json:"max_bytes"` // of one file; 0: 10 MB
	Types    []string  `json:"types"`     // extensions (.pdf) and types (image/*) that are taken; none: all but Refused
	Refused  *[]string `json:"refused"`   // extensions that are not taken; nil: those of programs
}

// FileRules is what one uploader may upload.
type FileRules struct {
	Off         bool
	MaxBytes    int64 // of one file
	Types       []string
	Refused     []string
	DayBytes    int64
	DayFiles    int64
	refusesCode bool // contents that a system would run are refused whatever they are called
}

// FileRules are those of the inbox's visitors.
func (in *Inbox) FileRules() FileRules {
	set := in.Settings.Attachments
	r := FileRules{Off: set.Off, MaxBytes: set.MaxBytes, Types: set.Types, DayBytes: visitorDay, DayFiles: visitorFiles}
	if r.MaxBytes == 0 {
		r.MaxBytes = defaultMaxFile
	}
	return r.refusing(set.Refusing())
}

// Refusing lists the extensions that are not taken.
func (s AttachmentSettings) Refusing() []string {
	if s.Refused != nil {
		return *s.Refused
	}
	return blobs.Programs()
}

// AgentFileRules are those of agents and programs.
func AgentFileRules() FileRules {
	return FileRules{MaxBytes: defaultMaxFile, DayBytes: agentDay, DayFiles: agentFiles}.refusing(blobs.Programs())
}

func (r FileRules) refusing(list []string) FileRules {
	r.Refused = list
	r.refusesCode = slices.Contains(r.Refused, ".exe")
	return r
}

// takes tells whether a file of that name, type and beginning may come in.
func (r FileRules) takes(name, media string, head []byte) bool {
	ext := blobs.Ext(name)
	if slices.Contains(r.Refused, ext) || r.refusesCode && blobs.IsProgram(head) {
		return false
	}
	if len(r.Types) == 0 {
		return true
	}
	return slices.ContainsFunc(r.Types, func(t string) bool {
		all, is := strings.CutSuffix(t, "*")
		return t == ext || t == media || is && strings.HasPrefix(media, all)
	})
}

var (
	extensionForm = regexp.MustCompile(`^\.[a-z0-9]{1,15}$`)
	mediaForm     = regexp.MustCompile(`^[a-z]+/(\*|[a-z0-9.+-]{1,80})$`)
)

func (s *AttachmentSettings) check(c *checker) {
	if s.MaxBytes < 0 || s.MaxBytes > mostMaxFile {
		c.wrong.Add("settings.attachments.max_bytes", fmt.Sprintf("must be 0 to %d", int64(mostMaxFile)))
	}
	lower := func(field string, list []string, ok func(string) bool) []string {
		if len(list) > 200 {
			c.wrong.Add(field, "has too many entries")
			return nil
		}
		out := make([]string, len(list))
		for i, v := range list {
			if out[i] = strings.ToLower(v); !ok(out[i]) {
				c.wrong.Add(fmt.Sprintf("%s[%d]", field, i), "must be like .pdf")
			}
		}
		return out
	}
	s.Types = lower("settings.attachments.types", s.Types, func(v string) bool {
		return extensionForm.MatchString(v) || mediaForm.MatchString(v)
	})
	if s.Refused != nil {
		list := lower("settings.attachments.refused", *s.Refused, extensionForm.MatchString)
		s.Refused = &list
	}
}
