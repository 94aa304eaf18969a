package weekly

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"heard/feedback/weekly/lines"
)

//go:embed pages/mail.html
var pages embed.FS

// letter is what the mail's template reads.
type letter struct {
	*View
	Subject, Preview string
	Open, Leave      string // links; "" for none
}

// Rows are the tiles, three in a row.
func (l *letter) Rows() [][]TileView { return slices.Collect(slices.Chunk(l.Tiles, 3)) }

// Styles stand in every element, since many mail programs drop all others.
func styleOf(name string) template.CSS {
	const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
	p := "margin:4px 0 0;" + font + "font-size:14px;line-height:20px;color:#4a4d57;"
	small := "margin:4px 0 0;" + font + "font-size:12px;line-height:16px;color:#646874;"
	th := "padding:0 0 6px 10px;border-bottom:1px solid #e2e3e9;font-weight:400;" + font + "font-size:12px;line-height:16px;color:#646874;"
	td := "padding:8px 0 8px 10px;border-bottom:1px solid #e2e3e9;vertical-align:top;" + font + "font-size:13px;line-height:18px;color:#4a4d57;"
	styles := map[string]string{
		"body":    "margin:0;padding:0;background:#f6f6f8;-webkit-text-size-adjust:100%;",
		"card":    "width:100%;max-width:600px;background:#ffffff;border:1px solid #e2e3e9;border-radius:10px;",
		"eyebrow": "margin:0;" + font + "font-size:13px;line-height:18px;color:#4a4d57;",
		"h1":      "margin:10px 0 0;" + font + "font-size:26px;line-height:32px;font-weight:600;letter-spacing:-0.01em;color:#17181c;",
		"lead":    "margin:8px 0 0;" + font + "font-size:15px;line-height:22px;color:#4a4d57;",
		"section": "padding:26px 32px 0;",
		"h2":      "margin:0;" + font + "font-size:16px;line-height:22px;font-weight:600;color:#17181c;",
		"h3":      "margin:10px 0 0;" + font + "font-size:12px;line-height:16px;font-weight:600;color:#4a4d57;",
		"tile":    "padding:16px 12px 14px 8px;border-bottom:1px solid #e2e3e9;",
		"first":   "padding:16px 12px 14px 32px;border-bottom:1px solid #e2e3e9;",
		"label":   "margin:0;" + font + "font-size:12px;line-height:16px;color:#4a4d57;",
		"value":   "margin:4px 0 0;white-space:nowrap;" + font + "font-size:22px;line-height:28px;font-weight:600;color:#17181c;",
		"spark":   "font-size:13px;font-weight:400;letter-spacing:1px;color:#646874;",
		"move":    "margin:2px 0 0;" + font + "font-size:12px;line-height:16px;font-weight:600;",
		"usual":   "font-weight:400;color:#646874;",
		"meta":    small,
		"small":   "font-size:12px;line-height:16px;font-weight:400;color:#646874;",
		"p":       p,
		"strong":  strings.Replace(p, "#4a4d57", "#17181c", 1) + "font-weight:600;margin-top:0;",
		"quote":   "margin:8px 0 0;" + font + "font-size:14px;line-height:20px;color:#17181c;",
		"act":     strings.Replace(p, "#4a4d57", "#17181c", 1),
		"th":      strings.Replace(th, "6px 10px", "6px 0", 1), "thr": th,
		"td":     strings.Replace(strings.Replace(td, "8px 0 8px 10px", "8px 0", 1), "#4a4d57", "#17181c", 1),
		"tdr":    td,
		"tdb":    strings.Replace(td, "#4a4d57", "#17181c", 1) + "font-weight:600;",
		"reason": "padding:3px 0;font-weight:400;" + font + "font-size:13px;line-height:18px;color:#4a4d57;",
		"a":      "color:#3346c2;text-decoration:underline;",
		"button": "display:inline-block;padding:10px 18px;border-radius:6px;background:#3a50d6;color:#ffffff;text-decoration:none;font-weight:600;" + font + "font-size:14px;line-height:20px;",
		"foot":   "margin:6px 0 0;" + font + "font-size:12px;line-height:17px;color:#646874;",
	}
	return template.CSS(styles[name])
}

// tint is the colour of a change.
func tint(tone string) template.CSS {
	return template.CSS("color:" + ink(tone) + ";")
}

func ink(tone string) string {
	switch tone {
	case "good":
		return "#1a6e45"
	case "bad":
		return "#b4232f"
	}
	return "#4a4d57"
}

// letters is the template of mails.
func letters() (*template.Template, error) {
	t, err := template.New("").Funcs(template.FuncMap{"css": styleOf, "tint": tint, "ink": ink, "sentence": Sentence}).ParseFS(pages, "pages/mail.html")
	if err != nil {
		return nil, fmt.Errorf("read the template of mails: %w", err)
	}
	return t, nil
}

// HTML writes a report as a mail. Open leads to the report, leave ends the subscription; either may be "".
func HTML(v *View, open, leave string) (string, error) {
	t, err := letters()
	if err != nil {
		return "", err
	}
	l := &letter{View: v, Subject: Subject(v), Open: open, Leave: leave, Preview: v.Name}
	if len(v.Changes) > 1 {
		l.Preview = v.Changes[1].Text
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "mail", l); err != nil {
		return "", fmt.Errorf("write report %s as a mail: %w", v.Week, err)
	}
	return b.String(), nil
}

const maxSubject = 140

// Subject is the headline, in one line.
func Subject(v *View) string {
	return cut(strings.Join(strings.Fields(lines.Printable(v.Desk+", "+v.Name+": "+v.Lead.Text)), " "), maxSubject)
}
