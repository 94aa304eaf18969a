package blobs

import (
	"bytes"
	"slices"
	"strings"
)

// HeadSize is how many bytes of the beginning Kind wants to see.
const HeadSize = 512

// Opaque is the type of bytes that nothing more is said of.
const Opaque = "application/octet-stream"

// form is a type that is told by the extension of the name, and what the content must look like for that.
type form struct {
	media string
	looks []string // any of them, as sniff says
}

// forms are the types that a file can have. Whatever a browser could run (HTML, SVG, XML, scripts) is not among them.
func forms() map[string]form {
	text, zip, ole := []string{"text"}, []string{"zip"}, []string{"ole"}
	return map[string]form{
		".png": {"image/png", []string{"image/png"}}, ".gif": {"image/gif", []string{"image/gif"}},
		".jpg": {"image/jpeg", []string{"image/jpeg"}}, ".jpeg": {"image/jpeg", []string{"image/jpeg"}},
		".webp": {"image/webp", []string{"image/webp"}},
		".pdf":  {"application/pdf", []string{"pdf"}},
		".txt":  {"text/plain", text}, ".log": {"text/plain", text}, ".md": {"text/markdown", text}, ".csv": {"text/csv", text},
		".json": {"application/json", text},
		".zip":  {"application/zip", zip},
		".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", zip},
		".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", zip},
		".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", zip},
		".odt":  {"application/vnd.oasis.opendocument.text", zip},
		".ods":  {"application/vnd.oasis.opendocument.spreadsheet", zip},
		".odp":  {"application/vnd.oasis.opendocument.presentation", zip},
		".doc":  {"application/msword", ole}, ".xls": {"application/vnd.ms-excel", ole}, ".ppt": {"application/vnd.ms-powerpoint", ole},
		".gz":  {"application/gzip", []string{"gzip"}},
		".mp4": {"video/mp4", []string{"mp4"}}, ".m4a": {"audio/mp4", []string{"mp4"}},
		".webm": {"video/webm", []string{"matroska"}},
		".mp3":  {"audio/mpeg", []string{"mp3"}}, ".wav": {"audio/wav", []string{"wave"}}, ".ogg": {"audio/ogg", []string{"ogg"}},
	}
}

// Kind is the type that name and content agree on, else Opaque.
func Kind(name string, head []byte) string {
	f, known := forms()[Ext(name)]
	if known && slices.Contains(f.looks, sniff(head)) {
		return f.media
	}
	return Opaque
}

// IsPicture tells the types that a page may show: still or moving pictures that hold no script.
func IsPicture(media string) bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, media)
}

// sniff tells a few formats by their first bytes.
func sniff(head []byte) string {
	for _, m := range []struct {
		at          int
		magic, form string
	}{
		{0, "\x89PNG\r\n\x1a\n", "image/png"}, {0, "\xff\xd8\xff", "image/jpeg"}, {0, "GIF87a", "image/gif"}, {0, "GIF89a", "image/gif"},
		{0, "%PDF-", "pdf"}, {0, "PK\x03\x04", "zip"}, {0, "PK\x05\x06", "zip"}, {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
		{0, "\x1f\x8b\x08", "gzip"}, {4, "ftyp", "mp4"}, {0, "\x1a\x45\xdf\xa3", "matroska"}, {0, "ID3", "mp3"}, {0, "\xff\xfb", "mp3"},
		{0, "\xff\xf3", "mp3"}, {0, "OggS", "ogg"},
	} {
		if len(head) >= m.at && bytes.HasPrefix(head[m.at:], []byte(m.magic)) {
			return m.form
		}
	}
	if len(head) >= 12 && string(head[:4]) == "RIFF" {
		switch string(head[8:12]) {
		case "WEBP":
			return "image/webp"
		case "WAVE":
			return "wave"
		}
	}
	if IsProgram(head) || bytes.ContainsFunc(head, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\f\r\x1b", r) }) {
		return ""
	}
	return "text"
}

// IsProgram tells contents that a system would run, whatever they are called.
func IsProgram(head []byte) bool {
	return slices.ContainsFunc([]string{"MZ", "\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe",
		"\xca\xfe\xba\xbe", "dex\n", "#!", "L\x00\x00\x00\x01\x14\x02\x00"}, func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) })
}

// Programs are the extensions that some system runs at a click: what is refused unless the desk says otherwise.
func Programs() []string {
	return []string{".apk", ".app", ".application", ".bash", ".bat", ".chm", ".class", ".cmd", ".com", ".command", ".cpl", ".csh",
		".deb", ".desktop", ".dll", ".dmg", ".drv", ".exe", ".gadget", ".hta", ".img", ".inf", ".ins", ".ipa", ".iso", ".isp", ".jar",
		".jnlp", ".js", ".jse", ".ksh", ".lib", ".lnk", ".msc", ".msh", ".msi", ".msp", ".mst", ".ocx", ".pif", ".pkg", ".ps1",
		".psm1", ".reg", ".rpm", ".run", ".scf", ".scr", ".sct", ".sh", ".sys", ".url", ".vb", ".vbe", ".vbs", ".vhd", ".vhdx",
		".vxd", ".workflow", ".ws", ".wsc", ".wsf", ".wsh", ".xll"}
}
