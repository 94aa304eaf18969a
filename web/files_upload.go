package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"time"

	"heard/chat"
	"heard/tickets"
	"heard/tickets/fault"

	"github.com/danielgtaylor/huma/v2"
)

// attachmentIn names an upload in a message: an id, or the object that the upload answered, of which the id counts.
type attachmentIn struct{ chat.FileRef }

// Schema implements huma.SchemaProvider.
func (attachmentIn) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, MaxLength: new(40)},
		r.Schema(reflect.TypeFor[attachmentObject](), false, "AttachmentIn"),
	}}
}

// attachmentObject is the long form; all but the id is read over.
type attachmentObject struct {
	ID     string `json:"id" maxLength:"40"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type,omitempty"`
	Size   int64  `json:"size,omitempty"`
	URL    string `json:"url,omitempty"`
	Thumb  string `json:"thumb,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

func filesOf(in []attachmentIn) []tickets.Attachment {
	refs := make([]chat.FileRef, len(in))
	for i, a := range in {
		refs[i] = a.FileRef
	}
	return chat.Files(refs)
}

// uploader is whose uploads a caller may send: its own. An agent's tokens and browsers are that agent.
func (c caller) uploader() string {
	if c.agent != nil {
		return tickets.AgentSender(c.agent.ID)
	}
	return tickets.VisitorSender(c.visitor.ID)
}

// Bounds of uploads besides those of the inbox.
const (
	uploadWithin  = 3 * time.Minute // a phone on the road
	maxFiles      = 10
	formOverhead  = 64 << 10 // of the multipart form around the files
	perUploadPeer = 8        // uploads at once from one address
)

var perUpload = limit{"upload", time.Second, 60} // requests with files, by visitor or agent

// uploads mounts a handler that takes files and describes it.
func uploads(summary string) mount {
	return mount{files: true, on: func(s *Server, r *route) {
		s.registering.HandleFunc(r.pattern(), s.upload)
		schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[list[tickets.WireAttachment]](), true, "Attachments")
		s.api.OpenAPI().AddOperation(&huma.Operation{OperationID: r.operationID(), Method: r.Method, Path: r.Path, Summary: summary,
			Tags: []string{r.tag()}, Security: r.Policy.security(),
			RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
				Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{"file": {Type: huma.TypeArray,
					Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}}},
			Responses: map[string]*huma.Response{"201": {Description: "Created",
				Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}}})
	}}
}

// patient gives the connection of an upload its time.
func patient(w http.ResponseWriter) {
	rc, end := http.NewResponseController(w), time.Now().Add(uploadWithin)
	_, _ = rc.SetReadDeadline(end), rc.SetWriteDeadline(end.Add(10*time.Second)) // a recorder has none
}

// upload takes files in. They wait a day for the message that they go with.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	list, err := s.takeFiles(r)
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable {
			s.log.WarnContext(r.Context(), "an upload was not stored", "err", err)
		}
		s.refuse(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(items(list, "")) // the caller is gone: nobody is left to tell
}

func (s *Server) takeFiles(r *http.Request) ([]tickets.WireAttachment, error) {
	c := callerOf(r.Context())
	rules, viewer := tickets.AgentFileRules(), tickets.ForAgent
	if c.agent == nil {
		snap, err := s.people.Directory().Snapshot(r.Context())
		if err != nil {
			return nil, err
		}
		inbox := snap.Inboxes[c.visitor.InboxID]
		if inbox == nil || inbox.DisabledAt != 0 {
			return nil, fault.New(fault.Forbidden, "this inbox is closed")
		}
		if err := s.people.RefuseBlocked(r.Context(), c.visitor.CustomerID); err != nil {
			return nil, err
		}
		rules, viewer = inbox.FileRules(), tickets.ForCustomer
	}
	most := maxFiles*rules.MaxBytes + formOverhead
	if r.ContentLength > most {
		return nil, errTooLarge
	}
	r.Body = http.MaxBytesReader(nil, r.Body, most)
	form, err := r.MultipartReader()
	if err != nil {
		return nil, newProblem(fault.New(fault.Unsupported, "the body must be multipart/form-data")).with(http.StatusUnsupportedMediaType)
	}
	peer := addressKey(s.clientAddr(r))
	if !s.uploading.enter(peer) {
		return nil, fault.New(fault.RateLimited, "too many uploads at once").After(5 * time.Second)
	}
	defer s.uploading.leave(peer)
	list, err := s.files.Upload(r.Context(), tickets.UploadIn{Uploader: c.uploader(), Rules: rules,
		Next: func() (*tickets.Upload, error) { return nextFile(form) }})
	if err != nil {
		return nil, err
	}
	return each(list, func(a *tickets.Attachment) tickets.WireAttachment { return s.store.FileLinks().Wire(*a, viewer) }), nil
}

// nextFile is the next part of a form that holds nothing but files.
func nextFile(form *multipart.Reader) (*tickets.Upload, error) {
	part, err := form.NextRawPart()
	if errors.Is(err, io.EOF) {
		return nil, io.EOF
	}
	if err != nil {
		return nil, formFault(err)
	}
	if part.FormName() != "file" {
		return nil, fault.New(fault.Invalid, "the form holds something else than fields named file")
	}
	return &tickets.Upload{Name: part.FileName(), Content: formReader{part}}, nil
}

// formReader tells what is wrong with a form from what is wrong with us.
type formReader struct{ r io.Reader }

func (f formReader) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = formFault(err)
	}
	return n, err
}

func formFault(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	return fault.New(fault.Invalid, "the form is not well-formed, or did not arrive").Because(err)
}
