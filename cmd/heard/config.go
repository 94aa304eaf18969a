package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"heard/chat/bus"
	"heard/tickets/mail"
)

// storeFlags say where the data is. Every command has them.
type storeFlags struct {
	Data      string `name:"data" env:"HEARD_DATA" default:"./heard-data" placeholder:"DIR" help:"Folder of the embedded database and the keys."`
	Database  string `name:"database" env:"HEARD_DATABASE" placeholder:"DSN" help:"postgres://… or sqlite:PATH. SQLite in the data folder unless set."`
	Files     string `name:"files" env:"HEARD_FILES" placeholder:"WHERE" help:"Where attached files lie: a folder, or database. Unless set, files in the data folder with SQLite, and the database with PostgreSQL, so that nodes share nothing else."`
	SecretKey string `name:"secret-key" env:"HEARD_SECRET_KEY" placeholder:"FILE" help:"File of the key that seals secrets at rest, the same on every node. Unless set, secret.key in the data folder; on PostgreSQL the database keeps one."`
}

// siteFlags say where browsers find this installation.
type siteFlags struct {
	BaseURL string `name:"base-url" env:"HEARD_BASE_URL" placeholder:"URL" help:"Where browsers find this installation, https://help.example.com. A loopback listener has one of its own."`
}

// mailFlags say how letters go out.
type mailFlags struct {
	SMTP     string `name:"smtp" env:"HEARD_SMTP" placeholder:"URL" help:"Server that takes our mail: smtp://user:password@host:587 (STARTTLS) or smtps://…:465; ?ca=FILE for roots of one's own, ?tls=off on this machine only. Without it nothing is mailed."`
	MailFrom string `name:"mail-from" env:"HEARD_MAIL_FROM" placeholder:"ADDRESS" help:"Who our mail is from: Heard <help@example.com>."`
}

// sender sends letters as the flags say; nil when mail is not set up.
func (f mailFlags) sender(desk string) (*mail.Sender, error) {
	if f.SMTP == "" {
		if f.MailFrom != "" {
			return nil, usageError{fmt.Errorf("--mail-from needs --smtp")}
		}
		return nil, nil
	}
	server, err := mail.ParseServer(f.SMTP)
	if err != nil {
		return nil, usageError{fmt.Errorf("--smtp: %w", err)}
	}
	s, err := mail.NewSender(server, f.MailFrom, desk)
	if err != nil {
		return nil, usageError{fmt.Errorf("--mail-from: %w", err)}
	}
	return s, nil
}

// shown is the server without its password.
func (f mailFlags) shown() string {
	server, err := mail.ParseServer(f.SMTP)
	if err != nil && f.SMTP != "" {
		return "set"
	}
	return server.String()
}

// dsn is the address of the database.
func (f storeFlags) dsn() string {
	if f.Database != "" {
		return f.Database
	}
	return "sqlite:" + filepath.Join(f.Data, "heard.db")
}

// exists refuses a data folder or a file without a desk, for commands that make none: a mistyped name must not be made.
func (f storeFlags) exists() error {
	if strings.HasPrefix(f.dsn(), "postgres") {
		return nil
	}
	path := strings.TrimPrefix(f.dsn(), "sqlite:")
	if _, err := os.Stat(path); err != nil {
		if f.Database == "" {
			path = f.Data
		}
		return fmt.Errorf("there is no desk in %s: --data or --database must name one", path)
	}
	return nil
}

// inDatabase is the word that keeps files in the database.
const inDatabase = "database"

// filesAt is where attached files lie: a folder or inDatabase.
func (f storeFlags) filesAt() string {
	switch {
	case f.Files != "":
		return f.Files
	case strings.HasPrefix(f.dsn(), "postgres"):
		return inDatabase
	}
	return filepath.Join(f.Data, "files")
}

// inData makes the data folder and returns a path in it.
func (f storeFlags) inData(name string) (string, error) {
	if err := os.MkdirAll(f.Data, 0o700); err != nil {
		return "", fmt.Errorf("make the data folder: %w", err)
	}
	return filepath.Join(f.Data, name), nil
}

// baseFile holds where the server was last reached, so that commands beside it print links that work.
const baseFile = "base-url"

// base returns the base URL for links: the configured one, else that of the server on this data folder.
func (f siteFlags) base(s storeFlags) (*url.URL, error) {
	if f.BaseURL != "" {
		return parseBase(f.BaseURL)
	}
	if text, err := os.ReadFile(filepath.Join(s.Data, baseFile)); err == nil {
		if u, err := parseBase(strings.TrimSpace(string(text))); err == nil {
			return u, nil
		}
	}
	return parseBase("http://" + defaultListen)
}

const defaultListen = "127.0.0.1:8080"

// parseBase reads a base URL: scheme and host, nothing more.
func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" ||
		u.Fragment != "" || u.User != nil {
		return nil, usageError{fmt.Errorf("--base-url must be like https://help.example.com, without a path")}
	}
	u.Host = strings.ToLower(u.Host)
	if u.Scheme == "https" {
		u.Host = strings.TrimSuffix(u.Host, ":443")
	} else {
		u.Host = strings.TrimSuffix(u.Host, ":80")
	}
	return u, nil
}

// needsBase refuses to listen where others can come in without a base URL: links and cookies would be guesses.
func needsBase(listen, base string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return usageError{fmt.Errorf("--listen must be HOST:PORT")}
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	loopback := strings.EqualFold(host, "localhost") || (err == nil && addr.IsLoopback())
	if !loopback && base == "" {
		return usageError{fmt.Errorf("listening on %s, beyond this machine, needs --base-url", listen)}
	}
	return nil
}

// parseProxies reads the peers whose forwarding headers count.
func parseProxies(list []string) ([]netip.Prefix, error) {
	return parseNetworks("--trusted-proxy", list)
}

// parseNetworks reads addresses and networks of a flag.
func parseNetworks(flag string, list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		if addr, err := netip.ParseAddr(s); err == nil {
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, usageError{fmt.Errorf("%s must be an address or a network", flag)}
		}
		out = append(out, p)
	}
	return out, nil
}

// configCmd prints what is in force.
type configCmd struct {
	serveFlags
	JSON bool `name:"json" help:"Answer as JSON."`
}

// Run implements heard config.
func (c *configCmd) Run(o *output) error {
	base := c.BaseURL
	if base == "" {
		base = "from the listener"
	}
	rows := [][2]string{
		{"data", c.Data}, {"database", withoutPassword(c.dsn())}, {"files", c.filesAt()}, {"listen", c.Listen}, {"base_url", base}, {"bus", bus.Redacted(c.Bus)},
		{"trusted_proxies", strings.Join(c.TrustedProxy, ",")}, {"metrics_token", isSet(c.MetricsToken)},
		{"rate_factor", fmt.Sprint(c.RateFactor)}, {"webhook_allow", strings.Join(c.WebhookAllow, ",")}, {"smtp", c.shown()}, {"mail_from", c.MailFrom},
	}
	if c.JSON {
		values := map[string]string{}
		for _, r := range rows {
			values[r[0]] = r[1]
		}
		return json.NewEncoder(o.out).Encode(values)
	}
	for _, r := range rows {
		fmt.Fprintf(o.out, "%-16s %s\n", r[0], r[1])
	}
	return nil
}

func isSet(secret string) string {
	if secret == "" {
		return ""
	}
	return "set"
}

// withoutPassword takes the password out of an address. What cannot be read as one is not shown.
func withoutPassword(dsn string) string {
	if !strings.Contains(dsn, "://") {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "set"
	}
	return u.Redacted()
}
