package check

import (
	"encoding/json"
	"os"
	"sync"
	"time"
)

// Outcome is what a client knows of a message that it wrote.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"      // acked
	Failed  Outcome = "failed"  // refused for good, at every try
	Unknown Outcome = "unknown" // some try has no answer
)

// Op is one message, from the first time it was sent.
type Op struct {
	Client       string        `json:"client"`
	Conversation string        `json:"conversation,omitempty"` // as the ack said, else as asked
	ClientID     string        `json:"client_id"`
	Body         string        `json:"body"`
	Note         bool          `json:"note,omitempty"`
	Wrong        bool          `json:"wrong,omitempty"` // it must be refused
	Invoked      time.Duration `json:"invoked"`
	Done         time.Duration `json:"done,omitempty"`
	Outcome      Outcome       `json:"outcome"`
	Seq          int64         `json:"seq,omitempty"`
	At           string        `json:"at,omitempty"`
	Node         string        `json:"node"` // of the newest try
	Tries        int           `json:"tries"`
	Why          string        `json:"why,omitempty"`     // of a failure
	Repeats      []Answer      `json:"repeats,omitempty"` // what the same id and text got after the ack

	lastSeq *int64 // the send guard that an agent asks for
	doubt   bool   // a try is without an answer
}

// Answer is an ack.
type Answer struct {
	Conversation string `json:"conversation"`
	Seq          int64  `json:"seq"`
	At           string `json:"at"`
	Node         string `json:"node"`
}

// Event is an event as the protocol shows it.
type Event struct {
	Seq  int64           `json:"seq"`
	Prev int64           `json:"prev"`
	Kind string          `json:"kind"`
	At   string          `json:"at"`
	By   Actor           `json:"by"`
	Body string          `json:"body"`
	Data json.RawMessage `json:"data,omitempty"`
}

// Actor is who did it.
type Actor struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// same tells whether two nodes mean the same event. Names may change between two readings, and data holds names.
func (e Event) same(o Event) bool {
	return e.Seq == o.Seq && e.Prev == o.Prev && e.Kind == o.Kind && e.At == o.At && e.By == o.By && e.Body == o.Body
}

// Shown is an event at the moment it arrived.
type Shown struct {
	Event
	Arrived time.Duration `json:"arrived"`
}

// Segment is what one connection was told of one conversation, as it arrived.
type Segment struct {
	Viewer       string  `json:"viewer"`
	Customer     bool    `json:"customer"`
	Node         string  `json:"node"`
	Conversation string  `json:"conversation"`
	Resumed      bool    `json:"resumed"` // it asked for what was after After
	After        int64   `json:"after"`
	Through      int64   `json:"through"` // what `resumed` said; -1 when it never came
	Before       int     `json:"before"`  // events that had arrived by then
	Events       []Shown `json:"events"`
	begun        time.Duration
}

// ViewLog is what a viewer has of a conversation, kept by the protocol's rules.
type ViewLog struct {
	Viewer       string  `json:"viewer"`
	Customer     bool    `json:"customer"`
	Conversation string  `json:"conversation"`
	Events       []Event `json:"events"`
	GapsRead     int     `json:"gaps_read"` // how often prev showed a gap
}

func (l *ViewLog) newest() int64 {
	if len(l.Events) == 0 {
		return 0
	}
	return l.Events[len(l.Events)-1].Seq
}

// Stored is what one node answers when all is over.
type Stored struct {
	Node          string                  `json:"node"`
	Agents        map[string][]Event      `json:"agents"`    // the whole log of each conversation
	Customers     map[string][]Event      `json:"customers"` // what its customer sees
	Tickets       map[string]Ticket       `json:"tickets"`
	Conversations map[string]Conversation `json:"conversations"`
	Ownership     map[string][]Owned      `json:"ownership"`
	Counts        map[string]int          `json:"counts"`   // of the open tickets, as a console is told
	Recounts      map[string]int          `json:"recounts"` // the same, by listing them
}

// Ticket is what is held against the log.
type Ticket struct {
	LastSeq  int64  `json:"last_seq"`
	Assignee string `json:"assignee"`
	Status   string `json:"status"`
}

// Conversation is a row of the customer's list.
type Conversation struct {
	ID      string `json:"id"`
	LastSeq int64  `json:"last_seq"`
	SeenSeq int64  `json:"seen_seq"`
	Unread  int64  `json:"unread"`
}

// Owned is who had a ticket, and when.
type Owned struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Agent string `json:"agent"`
	Team  string `json:"team"`
}

// Mark is a moment that the report measures recovery from: a fault begins or ends.
type Mark struct {
	Name string        `json:"name"`
	At   time.Duration `json:"at"`
}

// History is a whole run.
type History struct {
	Ops      []*Op            `json:"ops"`
	Segments []*Segment       `json:"segments"`
	Logs     []*ViewLog       `json:"logs"`
	Stored   []*Stored        `json:"stored"`
	Marks    []Mark           `json:"marks"`
	Seen     map[string]int64 `json:"seen"`            // conversation → newest read mark of its customer that was confirmed
	Stale    []string         `json:"stale,omitempty"` // viewers on line that were not shown the end

	mu sync.Mutex
}

func (h *History) addOp(op *Op) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Ops = append(h.Ops, op)
}

func (h *History) addSegment(s *Segment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Segments = append(h.Segments, s)
}

func (h *History) confirmSeen(conversation string, seq int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Seen[conversation] = max(h.Seen[conversation], seq)
}

// Save writes everything that was seen to a file.
func (h *History) Save(path string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o600)
}
