package web

import "heard/tickets"

// wireAttachmentSettings say what the visitors of an inbox may attach.
type wireAttachmentSettings struct {
	Enabled  *bool     `json:"enabled,omitempty" doc:"Absent: true"`
	MaxBytes int64     `json:"max_bytes,omitempty" minimum:"0" maximum:"104857600" doc:"Of one file; 0 or absent: 10 MiB"`
	Types    []string  `json:"types,omitempty" doc:"Extensions (.pdf) and types (image/*) that are taken; none: all that are not refused"`
	Refused  *[]string `json:"refused,omitempty" doc:"Extensions that are not taken; absent: those of programs"`
}

func attachmentSettingsWire(in tickets.AttachmentSettings) wireAttachmentSettings {
	enabled := !in.Off
	refused := filled(in.Refusing())
	return wireAttachmentSettings{Enabled: &enabled, MaxBytes: in.MaxBytes, Types: in.Types, Refused: &refused}
}

func (w wireAttachmentSettings) settings() tickets.AttachmentSettings {
	return tickets.AttachmentSettings{Off: w.Enabled != nil && !*w.Enabled, MaxBytes: w.MaxBytes, Types: w.Types, Refused: w.Refused}
}

// wireWidgetFiles tells a widget what may be attached, before somebody picks a file that is refused.
type wireWidgetFiles struct {
	Enabled  bool     `json:"enabled"`
	MaxBytes int64    `json:"max_bytes" doc:"Of one file"`
	MaxFiles int      `json:"max_files" doc:"Of one message"`
	Types    []string `json:"types" doc:"For an accept attribute; empty: anything but programs"`
}

func widgetAttachments(in *tickets.Inbox) wireWidgetFiles {
	r := in.FileRules()
	return wireWidgetFiles{Enabled: !r.Off, MaxBytes: r.MaxBytes, MaxFiles: maxFiles, Types: filled(r.Types)}
}
