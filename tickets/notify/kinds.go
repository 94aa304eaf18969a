package notify

import "slices"

// Kind is a kind of notification, stable for ever.
type Kind string

const (
	Assigned          Kind = "assigned"
	Offered           Kind = "offered"
	HandedOff         Kind = "handed_off"
	Mentioned         Kind = "mentioned"
	CustomerReplied   Kind = "customer_replied"
	Reopened          Kind = "reopened"
	UnassignedWaiting Kind = "unassigned_waiting"
	LowScore          Kind = "low_score"
	IssueFlagged      Kind = "issue_flagged"
	ReportReady       Kind = "report_ready"
	OutgoingRefused   Kind = "outgoing_refused"
)

// Kinds lists them, in the order of the settings page.
func Kinds() []Kind {
	return []Kind{CustomerReplied, Assigned, Offered, HandedOff, Mentioned, Reopened, UnassignedWaiting, OutgoingRefused, LowScore, IssueFlagged, ReportReady}
}

// Ways are the ways in which an agent hears of a kind.
type Ways struct {
	Bell    bool `json:"bell" doc:"In the list of the console"`
	Desktop bool `json:"desktop" doc:"A window of the operating system, while a console is open"`
	Sound   bool `json:"sound"`
	Push    bool `json:"push" doc:"By the browser's push service, while no console is open"`
}

func (w Ways) none() bool { return w == Ways{} }

// usual are the ways of a kind until an agent says otherwise: what waits for this agent is loud, the rest is written
// down.
func usual(k Kind) Ways {
	switch k {
	case Assigned, Offered, HandedOff, Mentioned, CustomerReplied, OutgoingRefused:
		return Ways{Bell: true, Desktop: true, Sound: true, Push: true}
	case UnassignedWaiting:
		return Ways{Bell: true, Desktop: true, Sound: true}
	case Reopened:
		return Ways{Bell: true, Desktop: true}
	}
	return Ways{Bell: true}
}

func known(k Kind) bool { return slices.Contains(Kinds(), k) }
