package notify

import (
	"cmp"
	"fmt"

	"heard/tickets/events"
)

// This file says notifications in words, for pushes: consoles have words of their own.

// plain says that something happened and names nobody, for screens that others may see.
func plain(n *Notification) string {
	switch n.Kind {
	case CustomerReplied:
		return "New message in a ticket of yours"
	case Assigned:
		return "You got a ticket"
	case Offered:
		return "A ticket is offered to you"
	case HandedOff:
		return "You were handed a ticket"
	case Mentioned:
		return "You were mentioned in a note"
	case Reopened:
		return "A resolved ticket is open again"
	case UnassignedWaiting:
		return "Chats wait that nobody has"
	case LowScore:
		return "A low score came in"
	case IssueFlagged:
		return "A new issue was flagged"
	case ReportReady:
		return "The weekly report is ready"
	case OutgoingRefused:
		return "A reply of yours was not sent"
	}
	return "Something concerns you"
}

// sentence says it with names.
func sentence(n *Notification) string {
	name, by := cmp.Or(n.Title, "A visitor"), ""
	if n.By.Kind == events.Agent {
		by = n.By.Name
	}
	switch {
	case n.Kind == CustomerReplied:
		return name + " replied"
	case n.Kind == Reopened:
		return name + " opened a resolved ticket again"
	case n.Kind == UnassignedWaiting:
		return fmt.Sprintf("Chats that nobody has wait in %s: %d", n.Title, n.Count)
	case n.Kind == IssueFlagged && n.Title != "":
		return "New issue: " + n.Title
	case by == "":
	case n.Kind == Mentioned:
		return by + " mentioned you"
	case (n.Kind == Assigned || n.Kind == HandedOff) && n.Ticket == 0:
		return fmt.Sprintf("%s gave you %d tickets", by, n.Count)
	case n.Kind == Assigned:
		return by + " assigned you a ticket"
	case n.Kind == HandedOff:
		return by + " handed you a ticket"
	}
	return plain(n)
}

// about is what it is about, for replacing earlier ones about the same.
func (n *Notification) about() string {
	for _, id := range []events.ID{n.Ticket, n.Issue, n.Team} {
		if id != 0 {
			return id.String()
		}
	}
	return ""
}

// path is where it leads in the console.
func (n *Notification) path() string {
	switch {
	case n.Ticket != 0:
		return "/tickets/" + n.Ticket.String()
	case n.Kind == IssueFlagged && n.Issue != 0:
		return "/issues/" + n.Issue.String()
	case n.Kind == UnassignedWaiting:
		return "/inbox/unassigned"
	case n.Kind == ReportReady:
		return "/reports/weekly"
	case n.Kind == LowScore:
		return "/follow-ups"
	}
	return "/inbox/mine"
}
