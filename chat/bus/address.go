package bus

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

type kind int

const (
	kindLocal kind = iota
	kindPostgres
	kindNATS
)

// address is a bus URL, taken apart.
type address struct {
	kind    kind
	servers []string // of NATS, each a URL
	files   url.Values
}

var errScheme = errors.New("the bus must be local, postgres or nats://HOST[:PORT][,HOST[:PORT]…]")

// Check tells what is wrong with the URL of a bus beside the database that is a PostgreSQL one or not. It never
// repeats the URL, which may hold a password.
func Check(address string, postgres bool) error {
	a, err := parse(address)
	if err != nil {
		return err
	}
	if a.kind == kindPostgres && !postgres {
		return errors.New("the postgres bus needs a PostgreSQL database: --database postgres://…")
	}
	return nil
}

func parse(s string) (address, error) {
	switch s {
	case "", "local":
		return address{kind: kindLocal}, nil
	case "postgres":
		return address{kind: kindPostgres}, nil
	}
	scheme, rest, _ := strings.Cut(s, "://")
	if scheme != "nats" && scheme != "tls" {
		return address{}, errScheme
	}
	return parseNATS(scheme, rest)
}

// parseNATS reads a list of servers, with the files that the connection needs as a query: creds (credentials of a
// user), ca, cert and key.
func parseNATS(scheme, rest string) (a address, err error) {
	a.kind = kindNATS
	list, query, _ := strings.Cut(rest, "?")
	if a.files, err = url.ParseQuery(query); err != nil {
		return a, errors.New("what follows ? in the URL of the bus cannot be read")
	}
	for name := range a.files {
		switch name {
		case "creds", "ca", "cert", "key":
		default:
			return a, fmt.Errorf("the bus knows creds, ca, cert and key behind ?, not %q", name)
		}
	}
	if a.files.Has("cert") != a.files.Has("key") {
		return a, errors.New("the bus needs cert and key together")
	}
	var user *url.Userinfo
	for i, server := range strings.Split(list, ",") {
		_, host, found := strings.Cut(server, "://")
		if !found {
			host = server
		}
		u, err := url.Parse(scheme + "://" + host)
		if err != nil || u.Hostname() == "" || u.Path != "" || u.Fragment != "" {
			return a, fmt.Errorf("server %d of the bus is not HOST[:PORT]; marks in a password are written as %%2C and so on", i+1)
		}
		if u.User != nil {
			user = u.User
		} else {
			u.User = user // who connects to the first is the same to the others
		}
		a.servers = append(a.servers, u.String())
	}
	return a, nil
}

// Redacted is the URL of a bus without user, password and token.
func Redacted(s string) string {
	a, err := parse(s)
	switch {
	case err != nil:
		return "set"
	case a.kind != kindNATS:
		return s
	}
	for i, server := range a.servers {
		u, err := url.Parse(server)
		if err != nil {
			return "set"
		}
		if u.User != nil {
			u.User = url.User("xxxxx")
		}
		a.servers[i] = u.String()
	}
	out := strings.Join(a.servers, ",")
	if len(a.files) > 0 {
		out += "?" + a.files.Encode()
	}
	return out
}
