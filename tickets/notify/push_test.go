package notify

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"heard/migrations"
	"heard/migrations/dbtest"
	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/jobs"
)

func b64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestTheExampleOfTheStandard is the one of RFC 8291, section 5.
func TestTheExampleOfTheStandard(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(b64(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := encryptWith([]byte("When I grow up, I want to be a watermelon"),
		b64(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), b64(t, "BTBZMqHH6r4Tts7J_aSIgg"),
		seed{own: own, salt: b64(t, "DGv6ra1nlYgDCS1FRnbzlw")})
	if err != nil {
		t.Fatal(err)
	}
	want := "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if s := base64.RawURLEncoding.EncodeToString(got); s != want {
		t.Errorf("sealed = %s, want %s", s, want)
	}
}

// browser is a push service with one browser behind it, which reads what it is sent.
type browser struct {
	*httptest.Server
	key    *ecdh.PrivateKey
	secret []byte

	mu     sync.Mutex
	answer int
	got    []*http.Request
	bodies [][]byte
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{key: key, secret: make([]byte, 16), answer: http.StatusCreated}
	rand.Read(b.secret)
	b.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.got, b.bodies = append(b.got, r), append(b.bodies, body)
		w.WriteHeader(b.answer)
	}))
	t.Cleanup(b.Close)
	return b
}

func (b *browser) options() Options {
	return Options{Client: b.Client(), Subject: "https://help.example"}
}

func (b *browser) in(agent events.ID, session string) DeviceIn {
	enc := base64.RawURLEncoding.EncodeToString
	return DeviceIn{Agent: agent, Session: session, Endpoint: b.URL + "/wpush/abc", P256dh: enc(b.key.PublicKey().Bytes()), Auth: enc(b.secret),
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"}
}

// read opens the newest push, as a browser does.
func (b *browser) read(t *testing.T) (out shown) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	body := b.bodies[len(b.bodies)-1]
	n := int(body[20])
	if size := binary.BigEndian.Uint32(body[16:20]); size != recordSize || n != 65 || len(body) > recordSize+86 {
		t.Fatalf("record size %d, key of %d bytes, %d in all", size, n, len(body))
	}
	theirs, err := ecdh.P256().NewPublicKey(body[21 : 21+n])
	if err != nil {
		t.Fatal(err)
	}
	// Both sides come to the same key: the browser's is made with its own private half.
	shared, err := b.key.ECDH(theirs)
	if err != nil {
		t.Fatal(err)
	}
	aead, nonce, err := keys(shared, b.secret, body[:16], string(b.key.PublicKey().Bytes())+string(theirs.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := aead.Open(nil, nonce, body[21+n:], nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _, found := strings.Cut(string(plain), "\x02")
	if !found {
		t.Fatalf("the record has no end: %q", plain)
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("the push %q does not read: %v", text, err)
	}
	return out
}

// signed checks who says that it sends.
func (b *browser) signed(t *testing.T, public string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.got[len(b.got)-1]
	token, k, ok := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || k != public || len(parts) != 3 {
		t.Fatalf("authorization = %q", r.Header.Get("Authorization"))
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(b64(t, parts[1]), &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Aud != b.URL || claims.Sub != "https://help.example" || claims.Exp == 0 {
		t.Errorf("claims = %+v", claims)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), b64(t, k))
	if err != nil {
		t.Fatal(err)
	}
	sum, sig := sha256.Sum256([]byte(parts[0]+"."+parts[1])), b64(t, parts[2])
	if len(sig) != 64 || !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		t.Error("the signature does not hold")
	}
}

// pushRig is a desk whose agent ann has a browser that is pushed to.
type pushRig struct {
	*rig
	*browser
	session string
	runner  *jobs.Runner
	device  Device
}

func eachPush(t *testing.T, fn func(t *testing.T, r *pushRig)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *migrations.DB) {
		b := newBrowser(t)
		r := &pushRig{rig: newRig(t, db, b.options()), browser: b}
		r.Secrets = r.sealer
		link, err := r.people.Invite(t.Context(), events.SystemActor, tickets.InviteIn{Agent: r.agents["ann"].ID, Kind: tickets.SignInLink})
		r.must(err)
		in, err := r.people.OpenInvitation(t.Context(), link, "test")
		r.must(err)
		r.session = in.SignIn.Token
		r.device, err = r.AddDevice(t.Context(), b.in(r.agents["ann"].ID, tickets.SessionName(in.SignIn.Token)))
		r.must(err)
		r.runner = jobs.NewRunner(r.log, map[string]jobs.Handler{JobKind: r.Deliver}, jobs.Options{Workers: 2})
		fn(t, r)
	})
}

// happens assigns a new chat to ann and lets what follows from it happen. It says whether a push came.
func (r *pushRig) happens() bool {
	r.t.Helper()
	r.mu.Lock()
	before := len(r.got)
	r.mu.Unlock()
	r.assign("ben", "ann", r.chat())
	r.consume()
	_, err := r.runner.Pass(r.t.Context())
	r.must(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.got) > before
}

func TestAPush(t *testing.T) {
	eachPush(t, func(t *testing.T, r *pushRig) {
		if !r.happens() {
			t.Fatal("no push came")
		}
		if got := r.read(t); got.Title != "You got a ticket" || got.Body != "" || got.URL != "/tickets/1" {
			t.Errorf("push = %+v", got)
		}
		public, err := r.PublicKey(t.Context())
		r.must(err)
		r.signed(t, public)
		h := r.got[0].Header
		if h.Get("TTL") != "3600" || h.Get("Urgency") != "high" || len(h.Get("Topic")) != 32 || h.Get("Content-Encoding") != "aes128gcm" {
			t.Errorf("headers = %v", h)
		}
		set, err := r.Settings(t.Context(), r.agents["ann"].ID)
		r.must(err)
		set.Preview = true
		_, err = r.Change(t.Context(), r.agents["ann"].ID, set)
		r.must(err)
		r.happens()
		if got := r.read(t); got.Title != "ben assigned you a ticket" || got.Body == "" {
			t.Errorf("push with words = %+v", got)
		}
		list, err := r.Devices(t.Context(), r.agents["ann"].ID)
		r.must(err)
		if len(list) != 1 || list[0].Device != "Chrome, Linux" || list[0].SentAt == 0 || list[0].Error != "" {
			t.Errorf("devices = %+v", list)
		}
	})
}

func TestNoPush(t *testing.T) {
	for name, before := range map[string]func(r *pushRig){
		"a console is open": func(r *pushRig) {
			_, err := r.people.AgentCame(r.t.Context(), "node", r.agents["ann"].ID)
			r.must(err)
		},
		"quiet hours": func(r *pushRig) {
			set, err := r.Settings(r.t.Context(), r.agents["ann"].ID)
			r.must(err)
			now := r.clock.Now().UTC()
			set.Quiet = QuietHours{On: true, From: now.Add(-time.Hour).Format("15:04"), To: now.Add(time.Hour).Format("15:04"), Days: []int{1, 2, 3, 4, 5, 6, 7}, Zone: "UTC"}
			_, err = r.Change(r.t.Context(), r.agents["ann"].ID, set)
			r.must(err)
		},
		"the matrix": func(r *pushRig) {
			set, err := r.Settings(r.t.Context(), r.agents["ann"].ID)
			r.must(err)
			set.Matrix[Assigned] = Ways{Bell: true, Desktop: true, Sound: true}
			_, err = r.Change(r.t.Context(), r.agents["ann"].ID, set)
			r.must(err)
		},
		"signed out": func(r *pushRig) { r.must(r.people.SignOut(r.t.Context(), r.session)) },
		"removed":    func(r *pushRig) { r.must(r.RemoveDevice(r.t.Context(), r.agents["ann"].ID, r.device.ID)) },
		"another signed in": func(r *pushRig) {
			_, err := r.AddDevice(r.t.Context(), r.in(r.agents["ben"].ID, "another"))
			r.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachPush(t, func(t *testing.T, r *pushRig) {
				before(r)
				if r.happens() {
					t.Error("a push came")
				}
			})
		})
	}
}

func TestADeviceThatWantsNoMore(t *testing.T) {
	eachPush(t, func(t *testing.T, r *pushRig) {
		r.answer = http.StatusServiceUnavailable
		r.happens()
		list, err := r.Devices(t.Context(), r.agents["ann"].ID)
		r.must(err)
		if len(list) != 1 || list[0].Error != "the push service answered 503" {
			t.Errorf("devices after a failure = %+v", list)
		}
		r.answer = http.StatusGone
		got, err := r.Test(t.Context(), r.agents["ann"].ID, r.device.ID)
		r.must(err)
		if got.Sent || !got.Gone {
			t.Errorf("test = %+v", got)
		}
		if list, err = r.Devices(t.Context(), r.agents["ann"].ID); err != nil || len(list) != 0 {
			t.Errorf("devices = %+v, %v", list, err)
		}
		if _, err := r.Test(t.Context(), r.agents["ben"].ID, r.device.ID); err == nil {
			t.Error("others may test it")
		}
	})
}

func TestWhatBrowsersTellIsChecked(t *testing.T) {
	b := newBrowser(t)
	for field, spoil := range map[string]func(*DeviceIn){
		"endpoint":    func(in *DeviceIn) { in.Endpoint = "http://push.example/x" },
		"keys.p256dh": func(in *DeviceIn) { in.P256dh = "BCVx" },
		"keys.auth":   func(in *DeviceIn) { in.Auth = "short" },
	} {
		in := b.in(1, "")
		if _, err := in.read(); err != nil {
			t.Fatal(err)
		}
		spoil(&in)
		if _, err := in.read(); err == nil {
			t.Errorf("a wrong %s is taken", field)
		}
	}
}
