package tickets

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// InboxIn creates an inbox. Zero settings get defaults.
type InboxIn struct {
	Name            string
	Kind            InboxKind
	TeamID          events.ID
	ScheduleID      events.ID
	Touchpoint      string
	Origins         []string
	ReopenDays      *int
	RequireIdentity bool
	CSAT            *CSATPolicy
	Brand           string
	Settings        InboxSettings
}

// InboxPatch changes an inbox; nil leaves a field.
type InboxPatch struct {
	Name            *string
	TeamID          *events.ID
	ScheduleID      *events.ID
	Touchpoint      *string
	Origins         *[]string
	ReopenDays      *int
	RequireIdentity *bool
	CSAT            *CSATPolicy
	Brand           *string
	Settings        *InboxSettings
	Disabled        *bool
}

const (
	defaultReopenDays = 7
	defaultColor      = "#2563eb"
	maxSecrets        = 2
	maxBrand          = 60
)

// Touchpoints are where an interaction may happen.
func Touchpoints() []string {
	return []string{"advertising", "social", "marketing", "sales", "pricing", "payment", "delivery", "product", "support"}
}

// CreateInbox adds an inbox with a fresh public key.
func (p *People) CreateInbox(ctx context.Context, by events.Actor, in InboxIn) (*Inbox, error) {
	x := &Inbox{Name: in.Name, Kind: in.Kind, TeamID: in.TeamID, ScheduleID: in.ScheduleID, Touchpoint: in.Touchpoint,
		Origins: in.Origins, ReopenDays: defaultReopenDays, RequireIdentity: in.RequireIdentity,
		CSAT: CSATPolicy{Enabled: true}, Brand: in.Brand, Settings: in.Settings, Key: randomText(12)}
	if in.ReopenDays != nil {
		x.ReopenDays = *in.ReopenDays
	}
	if in.CSAT != nil {
		x.CSAT = *in.CSAT
	}
	if x.Touchpoint == "" {
		x.Touchpoint = "support"
	}
	if err := x.check(); err != nil {
		return nil, err
	}
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := x.checkRefs(ctx, tx); err != nil {
			return err
		}
		x.ID, x.CreatedAt = 0, tx.Now
		if _, err := tx.NewInsert().Model(x).Exec(ctx); err != nil {
			return fmt.Errorf("insert inbox: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "inbox", ID: x.ID, Action: "created"})
		return nil
	})
	return x, err
}

// ShownTitle is what the inbox is called before its customers: over the chat, over what nobody in particular says, and in
// what they take home.
func (in *Inbox) ShownTitle() string { return cmp.Or(in.Settings.Title, in.Name) }

// check cleans all of an inbox and fills what is absent.
func (in *Inbox) check() error {
	var c checker
	in.Name = c.line("name", in.Name, 1, maxName)
	oneOf(&c, "kind", in.Kind, Website, APISource)
	oneOf(&c, "touchpoint", in.Touchpoint, Touchpoints()...)
	in.Origins = c.origins("origins", in.Origins)
	c.between("reopen_days", in.ReopenDays, 0, 365)
	c.between("csat.cooldown_days", in.CSAT.CooldownDays, 0, 365)
	in.Brand = c.line("brand", in.Brand, 0, maxBrand)
	in.Settings.check(&c)
	return c.wrong.Err()
}

// localeForm is a language tag: letters, then up to three parts.
const localeForm = `^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8}){0,3}$`

func (s *InboxSettings) check(c *checker) {
	if s.Color == "" {
		s.Color = defaultColor
	}
	if s.Side == "" {
		s.Side = "end"
	}
	s.Attachments.check(c)
	s.Title = c.line("settings.title", s.Title, 0, 60)
	s.Greeting = c.text("settings.greeting", s.Greeting, 500)
	s.Color = c.color("settings.color", s.Color)
	oneOf(c, "settings.side", s.Side, "start", "end")
	if s.Locale != "" && !regexp.MustCompile(localeForm).MatchString(s.Locale) {
		c.wrong.Add("settings.locale", "is not a language tag like en or pt-BR")
	}
	if len(s.Prechat) > maxPrechat {
		c.wrong.Add("settings.prechat", fmt.Sprintf("must hold at most %d fields", maxPrechat))
		return
	}
	fields := make([]PrechatField, len(s.Prechat))
	seen := map[string]bool{NoticeField: s.Notice.Required}
	for i, f := range s.Prechat {
		name := fmt.Sprintf("settings.prechat[%d]", i)
		fields[i] = f.check(c, name)
		if seen[f.Key] {
			c.wrong.Add(name+".key", "is used twice")
		}
		seen[f.Key] = true
	}
	s.Prechat = fields
	s.checkLive(c)
}

func (f PrechatField) check(c *checker, name string) PrechatField {
	if !regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`).MatchString(f.Key) {
		c.wrong.Add(name+".key", "must be a lower-case word")
	}
	f.Label = c.line(name+".label", f.Label, 1, 80)
	oneOf(c, name+".type", f.Type, "text", "email", "select")
	if (f.Type == "select") != (len(f.Options) > 0) || len(f.Options) > maxOptions {
		c.wrong.Add(name+".options", fmt.Sprintf("must hold 1 to %d entries for a select, none otherwise", maxOptions))
		return f
	}
	options := make([]string, len(f.Options))
	for i, o := range f.Options {
		options[i] = c.line(fmt.Sprintf("%s.options[%d]", name, i), o, 1, 80)
	}
	f.Options = options
	return f
}

func (in *Inbox) checkRefs(ctx context.Context, tx *events.Tx) error {
	if err := checkRef(ctx, tx, "teams", "team", in.TeamID); err != nil {
		return err
	}
	return checkRef(ctx, tx, "schedules", "schedule", in.ScheduleID)
}

// ChangeInbox changes an inbox.
func (p *People) ChangeInbox(ctx context.Context, by events.Actor, id events.ID, in InboxPatch) (*Inbox, error) {
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		x := &Inbox{}
		if err := readRow(ctx, tx, x, id, "inbox"); err != nil {
			return err
		}
		changed := x.patch(in, tx.Now)
		if err := x.check(); err != nil || len(changed) == 0 {
			return err
		}
		if err := x.checkRefs(ctx, tx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(x).WherePK().Column("name", "team_id", "schedule_id", "touchpoint", "origins",
			"reopen_days", "require_identity", "csat", "brand", "settings", "disabled_at").Exec(ctx)
		if err != nil {
			return fmt.Errorf("update inbox %d: %w", id, err)
		}
		tx.Record(0, SettingChanged{Noun: "inbox", ID: id, Action: "changed", Fields: changed})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p.Inbox(ctx, id)
}

// patch applies a patch and names what it touched.
func (in *Inbox) patch(p InboxPatch, now events.Time) (changed []string) {
	note := func(name string) { changed = append(changed, name) }
	if p.Name != nil {
		in.Name = *p.Name
		note("name")
	}
	if p.TeamID != nil {
		in.TeamID = *p.TeamID
		note("team")
	}
	if p.ScheduleID != nil {
		in.ScheduleID = *p.ScheduleID
		note("schedule")
	}
	if p.Touchpoint != nil {
		in.Touchpoint = *p.Touchpoint
		note("touchpoint")
	}
	if p.Origins != nil {
		in.Origins = *p.Origins
		note("origins")
	}
	if p.ReopenDays != nil {
		in.ReopenDays = *p.ReopenDays
		note("reopen_days")
	}
	if p.RequireIdentity != nil {
		in.RequireIdentity = *p.RequireIdentity
		note("require_identity")
	}
	if p.CSAT != nil {
		in.CSAT = *p.CSAT
		note("csat")
	}
	if p.Brand != nil {
		in.Brand = *p.Brand
		note("brand")
	}
	if p.Settings != nil {
		in.Settings = *p.Settings
		note("settings")
	}
	if p.Disabled != nil && *p.Disabled != (in.DisabledAt != 0) {
		in.DisabledAt = 0
		if *p.Disabled {
			in.DisabledAt = now
		}
		note("disabled")
	}
	return changed
}

// Inbox returns one.
func (p *People) Inbox(ctx context.Context, id events.ID) (*Inbox, error) {
	list, err := p.Inboxes(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].ID == id {
			return &list[i], nil
		}
	}
	return nil, fault.New(fault.NotFound, "there is no such inbox")
}

// InboxByKey returns the inbox in service with a public key, from the directory. One that the directory does not know
// is looked for once more: another process may have made it a moment ago.
func (p *People) InboxByKey(ctx context.Context, key string) (*Inbox, error) {
	snap, err := p.dir.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if snap.InboxByKey[key] == nil {
		made, err := p.log.Read().NewSelect().Table("inboxes").Where("public_key = ?", key).Exists(ctx)
		if err != nil {
			return nil, fmt.Errorf("look for inbox: %w", err)
		}
		if made {
			p.dir.Forget()
			if snap, err = p.dir.Snapshot(ctx); err != nil {
				return nil, err
			}
		}
	}
	in := snap.InboxByKey[key]
	if in == nil || in.DisabledAt != 0 {
		return nil, fault.New(fault.NotFound, "there is no such inbox")
	}
	return in, nil
}

// Inboxes lists all inboxes by id.
func (p *People) Inboxes(ctx context.Context) ([]Inbox, error) {
	list := []Inbox{}
	if err := p.log.Read().NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list inboxes: %w", err)
	}
	var counts []struct {
		InboxID events.ID
		N       int
	}
	err := p.log.Read().NewRaw(`SELECT inbox_id, count(*) AS n FROM inbox_secrets WHERE revoked_at = 0 GROUP BY inbox_id`).Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count secrets: %w", err)
	}
	for i := range list {
		for _, c := range counts {
			if c.InboxID == list[i].ID {
				list[i].Secrets = c.N
			}
		}
	}
	return list, nil
}

// AddInboxSecret makes a signing secret and returns it, once. Two are active at most: the oldest gives way, so that
// a site can move from one to the next.
func (p *People) AddInboxSecret(ctx context.Context, by events.Actor, inbox events.ID) (string, error) {
	secret := randomText(32)
	err := p.change(ctx, by, func(ctx context.Context, tx *events.Tx) error {
		if err := readRow(ctx, tx, &Inbox{}, inbox, "inbox"); err != nil {
			return err
		}
		var active []events.ID
		err := tx.NewRaw(`SELECT id FROM inbox_secrets WHERE inbox_id = ? AND revoked_at = 0 ORDER BY id DESC`, inbox).Scan(ctx, &active)
		if err != nil {
			return fmt.Errorf("read secrets: %w", err)
		}
		for i, id := range active {
			if i < maxSecrets-1 {
				continue
			}
			if _, err := tx.NewRaw(`UPDATE inbox_secrets SET revoked_at = ? WHERE id = ?`, tx.Now, id).Exec(ctx); err != nil {
				return fmt.Errorf("revoke secret %d: %w", id, err)
			}
		}
		_, err = tx.NewRaw(`INSERT INTO inbox_secrets (inbox_id, value, created_at) VALUES (?, ?, ?)`,
			inbox, p.secrets.Seal(secretPlace(inbox), []byte(secret)), tx.Now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("insert secret: %w", err)
		}
		tx.Record(0, SettingChanged{Noun: "inbox", ID: inbox, Action: "changed", Fields: []string{"secrets"}})
		return nil
	})
	return secret, err
}

func secretPlace(inbox events.ID) string { return "inbox_secret:" + inbox.String() }

// inboxSecrets returns the active signing secrets of an inbox.
func (p *People) inboxSecrets(ctx context.Context, inbox events.ID) (out [][]byte, err error) {
	var sealed []string
	err = p.log.Read().NewRaw(`SELECT value FROM inbox_secrets WHERE inbox_id = ? AND revoked_at = 0
		ORDER BY id DESC LIMIT ?`, inbox, maxSecrets).Scan(ctx, &sealed)
	if err != nil {
		return nil, fmt.Errorf("read secrets of inbox %d: %w", inbox, err)
	}
	for _, s := range sealed {
		plain, err := p.secrets.Open(secretPlace(inbox), s)
		if err != nil {
			return nil, err
		}
		out = append(out, plain)
	}
	return out, nil
}
