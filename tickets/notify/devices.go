package notify

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// maxDevices is how many browsers of an agent are pushed to; a new one takes the place of the oldest.
const maxDevices = 10

// Device is a browser that is pushed to. Its address is a secret; the hash lets the browser know itself.
type Device struct {
	ID           events.ID   `json:"id"`
	Device       string      `json:"device"`
	EndpointHash string      `json:"endpoint_hash"`
	CreatedAt    events.Time `json:"created_at"`
	SentAt       events.Time `json:"sent_at"`
	Error        string      `json:"error" doc:"Why the last push did not arrive"`
}

// DeviceIn is what a browser tells of itself when it signs up.
type DeviceIn struct {
	Agent     events.ID
	Session   string // by its name: with it the device ends
	Endpoint  string
	P256dh    string
	Auth      string
	UserAgent string
}

// target is where and for whom a push is sealed.
type target struct {
	Endpoint string `json:"endpoint"`
	Browser  []byte `json:"browser"`
	Secret   []byte `json:"secret"`
}

const (
	sealPlace   = "push"
	maxEndpoint = 1000
)

var errNoDevice = fault.New(fault.NotFound, "there is no such device")

// read checks what a browser tells.
func (in DeviceIn) read() (target, error) {
	var wrong fault.Fields
	u, err := url.Parse(in.Endpoint)
	if err != nil || len(in.Endpoint) > maxEndpoint || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		wrong.Add("endpoint", "must be an https address")
	}
	t := target{Endpoint: in.Endpoint}
	if t.Browser, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(in.P256dh, "=")); err == nil {
		_, err = ecdh.P256().NewPublicKey(t.Browser)
	}
	if err != nil {
		wrong.Add("keys.p256dh", "must be a point of P-256, in base64url")
	}
	if t.Secret, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(in.Auth, "=")); err != nil || len(t.Secret) != 16 {
		wrong.Add("keys.auth", "must be 16 bytes, in base64url")
	}
	return t, wrong.Err()
}

// AddDevice lets a browser get the pushes of an agent. One that is known already goes over to the agent.
func (s *Store) AddDevice(ctx context.Context, in DeviceIn) (Device, error) {
	t, err := in.read()
	if err != nil {
		return Device{}, err
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return Device{}, fmt.Errorf("keep a device: %w", err)
	}
	sum := sha256.Sum256([]byte(in.Endpoint))
	hash, sealed, host := hex.EncodeToString(sum[:]), s.Secrets.Seal(sealPlace, raw), hostOf(in.Endpoint)
	var id events.ID
	err = s.log.Write(ctx, events.Unit{By: events.Actor{Kind: events.Agent, ID: in.Agent}}, func(ctx context.Context, tx *events.Tx) error {
		err := tx.NewRaw(`INSERT INTO push_subscriptions (agent_id, session_hash, endpoint_hash, sealed, device, host, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (endpoint_hash) DO UPDATE SET agent_id = excluded.agent_id, session_hash = excluded.session_hash, sealed = excluded.sealed,
			device = excluded.device, created_at = excluded.created_at, failures = 0, error = '' RETURNING id`,
			in.Agent, in.Session, hash, sealed, deviceName(in.UserAgent), host, tx.Now).Scan(ctx, &id)
		if err != nil {
			return fmt.Errorf("add a device: %w", err)
		}
		_, err = tx.NewRaw(`DELETE FROM push_subscriptions WHERE agent_id = ? AND id NOT IN
			(SELECT id FROM push_subscriptions WHERE agent_id = ? ORDER BY created_at DESC, id DESC LIMIT ?)`, in.Agent, in.Agent, maxDevices).Exec(ctx)
		return err
	})
	if err != nil {
		return Device{}, err
	}
	list, err := s.Devices(ctx, in.Agent)
	for _, d := range list {
		if d.ID == id {
			return d, nil
		}
	}
	return Device{}, err
}

// Devices lists the browsers that an agent is pushed to, oldest first.
func (s *Store) Devices(ctx context.Context, agent events.ID) ([]Device, error) {
	list := []Device{}
	err := s.log.Read().NewRaw(`SELECT id, device, endpoint_hash, created_at, sent_at, error FROM push_subscriptions WHERE agent_id = ? ORDER BY id`, agent).Scan(ctx, &list)
	if err != nil {
		return nil, fmt.Errorf("list devices: %w", err)
	}
	return list, nil
}

// RemoveDevice ends the pushes to a browser of an agent.
func (s *Store) RemoveDevice(ctx context.Context, agent, id events.ID) error {
	return s.log.Write(ctx, events.Unit{By: events.Actor{Kind: events.Agent, ID: agent}}, func(ctx context.Context, tx *events.Tx) error {
		res, err := tx.NewRaw(`DELETE FROM push_subscriptions WHERE id = ? AND agent_id = ?`, id, agent).Exec(ctx)
		if err != nil {
			return fmt.Errorf("remove a device: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errNoDevice.Because(err)
		}
		return nil
	})
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

// deviceName says in a few words what a browser is; the order matters, since each of them claims to be the others too.
func deviceName(agent string) string {
	browser, system := "Browser", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"SamsungBrowser/", "Samsung Internet"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, b[0]) {
			browser = b[1]
			break
		}
	}
	for _, o := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, o[0]) {
			system = ", " + o[1]
			break
		}
	}
	return browser + system
}
