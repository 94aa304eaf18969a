package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"heard/feedback"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/jobs"
	"heard/tickets/notify"
	"heard/web"
)

// unions are the closed sets of words, from the constants that Go has for them.
func unions() map[reflect.Type]union {
	return map[reflect.Type]union{
		reflect.TypeFor[tickets.Status]():       {"Status", words(tickets.Open, tickets.Pending, tickets.Snoozed, tickets.Resolved, tickets.Closed)},
		reflect.TypeFor[tickets.Priority]():     {"Priority", words(tickets.Low, tickets.Normal, tickets.High, tickets.Urgent)},
		reflect.TypeFor[tickets.Channel]():      {"Channel", words(tickets.Chat, tickets.API, tickets.Email)},
		reflect.TypeFor[tickets.Availability](): {"Availability", words(tickets.Online, tickets.Away, tickets.Offline)},
		reflect.TypeFor[tickets.Role]():         {"Role", words(tickets.RoleAgent, tickets.RoleLead, tickets.RoleManager, tickets.RoleAdmin)},
		reflect.TypeFor[tickets.InboxKind]():    {"InboxKind", words(tickets.Website, tickets.APISource)},
		reflect.TypeFor[tickets.Action]():       {"Action", words(tickets.Actions()...)},
		reflect.TypeFor[notify.Kind]():          {"NotificationKind", words(notify.Kinds()...)},
		reflect.TypeFor[events.ActorKind]():     {"ActorKind", words(events.Customer, events.Agent, events.Bot, events.Automation, events.System)},
	}
}

type union struct {
	name  string
	words []string
}

func words[T ~string](list ...T) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

// always are the fields whose id or time is never absent; the others may be null.
func always() []string {
	return []string{"id", "at", "from", "created_at", "updated_at", "last_seen_at", "expires_at", "conversation", "ticket"}
}

// changes are all kinds of events.
func changes() []events.Change {
	return slices.Concat(tickets.Changes(), feedback.Changes(), jobs.Changes())
}

// generate returns the whole file. The same Go types always give the same text.
func generate() string {
	var b strings.Builder
	b.WriteString("// Written by go run ./web/gen from the Go types of the API. Do not edit.\n\n")
	b.WriteString("/** A decimal string; opaque. */\nexport type Id = string;\n")
	b.WriteString("/** RFC 3339, UTC, three decimals. */\nexport type Time = string;\n\n")
	sets := unions()
	for _, u := range slices.SortedFunc(maps.Values(sets), func(a, b union) int { return strings.Compare(a.name, b.name) }) {
		writeUnion(&b, u)
	}
	kinds := map[string]bool{}
	for _, c := range changes() {
		kinds[c.EventKind()] = true
	}
	writeUnion(&b, union{"EventKind", slices.Sorted(maps.Keys(kinds))})
	b.WriteString("\nexport interface Page<T> {\n\titems: T[];\n\tnext?: string;\n}\n")
	g := generator{names: map[reflect.Type]string{}, sets: sets}
	types := web.WireTypes()
	for name, t := range types {
		g.names[t] = name
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		fmt.Fprintf(&b, "\nexport interface %s {\n", name)
		g.fields(&b, types[name])
		b.WriteString("}\n")
	}
	return b.String()
}

func writeUnion(b *strings.Builder, u union) {
	fmt.Fprintf(b, "export type %s =", u.name)
	for _, w := range u.words {
		fmt.Fprintf(b, "\n\t| %q", w)
	}
	b.WriteString(";\n")
}

type generator struct {
	names map[reflect.Type]string
	sets  map[reflect.Type]union
}

// fields writes the fields of a struct, those of embedded ones in their place.
func (g generator) fields(b *strings.Builder, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.Anonymous && tag == "" {
			g.fields(b, f.Type)
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" || name == "-" {
			continue
		}
		mark := ""
		if strings.Contains(options, "omitempty") {
			mark = "?"
		}
		ts := g.typeOf(f.Type)
		if mark == "" && mayBeNull(f.Type) && !slices.Contains(always(), name) {
			ts += " | null"
		}
		if t == reflect.TypeFor[tickets.WireEvent]() && name == "kind" {
			ts = "EventKind"
		}
		fmt.Fprintf(b, "\t%s%s: %s;\n", name, mark, ts)
	}
}

func mayBeNull(t reflect.Type) bool {
	return t == reflect.TypeFor[events.ID]() || t == reflect.TypeFor[events.Time]() || t.Kind() == reflect.Pointer
}

// typeOf is the TypeScript type of a Go type.
func (g generator) typeOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[events.ID]():
		return "Id"
	case t == reflect.TypeFor[events.Time]():
		return "Time"
	case g.names[t] != "":
		return g.names[t]
	case g.sets[t].name != "":
		return g.sets[t].name
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.typeOf(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64, reflect.Float64:
		return "number"
	case reflect.Slice:
		return g.typeOf(t.Elem()) + "[]"
	case reflect.Array:
		return "[" + strings.TrimSuffix(strings.Repeat(g.typeOf(t.Elem())+", ", t.Len()), ", ") + "]"
	case reflect.Map:
		return "Record<string, " + g.typeOf(t.Elem()) + ">"
	case reflect.Interface:
		return "unknown"
	}
	panic("no TypeScript type for " + t.String()) // a new kind of field: teach it here
}
