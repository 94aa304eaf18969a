package web

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"heard/tickets/fault"

	"golang.org/x/time/rate"
)

// limit is a kind of bucket: every key of it (an address, an account, a token) may do Burst at once and Every again
// and again. The zero limit bounds nothing.
type limit struct {
	Name  string
	Every time.Duration // one more each
	Burst int
}

// The limits of the HTTP surface. An address is an IPv4 address or an IPv6 /64.
var (
	perPage    = limit{"page", 10 * time.Millisecond, 400}                   // pages and assets, by address
	perGuess   = limit{"guess", 2 * time.Second, 30}                         // password and link checks, by address
	perAccount = limit{"account", 20 * time.Second, 10}                      // password checks, by account
	perStart   = limit{"start", 50 * time.Millisecond, 300}                  // widget sessions, by address
	perSurvey  = limit{"survey", 500 * time.Millisecond, 60}                 // survey pages and answers, by address
	perRead    = limit{"read", 5 * time.Millisecond, 1000}                   // API reads, by token or session
	perWrite   = limit{"write", 2 * time.Millisecond, 1000}                  // API writes, by token or session
	perPoll    = limit{"poll", 100 * time.Millisecond, 100}                  // widget reads, by visitor
	perMessage = limit{"message", 250 * time.Millisecond, 40}                // widget writes, by visitor
	perTry     = limit{Name: "try", Every: 5 * time.Millisecond, Burst: 400} // calls that showed no good token, by address
)

// perLine bounds the lines that strangers can put into the log, by kind of refusal.
var perLine = limit{"line", time.Second, 60}

// maxKeys bounds how many keys of one limit are remembered, in each of two generations.
const maxKeys = 20_000

// limiter holds the buckets of a process.
type limiter struct {
	factor float64 // multiplies every limit; 0 bounds nothing
	mu     sync.Mutex
	kinds  map[string]*generations
}

// generations forgets keys that were not used while maxKeys others were. Each limit has its own, so that a flood of
// one kind cannot empty the buckets of another.
type generations struct{ young, old map[[16]byte]*rate.Limiter }

func newLimiter(factor float64) *limiter {
	return &limiter{factor: factor, kinds: map[string]*generations{}}
}

// take asks for one more; it answers a fault that tells how long to wait.
func (l *limiter) take(kind limit, key string) error {
	if kind.Burst == 0 || l.factor == 0 {
		return nil
	}
	now := time.Now()
	r := l.bucket(kind, key).ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return fault.New(fault.RateLimited, "too many requests: wait a little").After(wait)
	}
	return nil
}

func (l *limiter) bucket(kind limit, key string) *rate.Limiter {
	sum := sha256.Sum256([]byte(key))
	k := [16]byte(sum[:16])
	l.mu.Lock()
	defer l.mu.Unlock()
	g := l.kinds[kind.Name]
	if g == nil {
		g = &generations{young: map[[16]byte]*rate.Limiter{}}
		l.kinds[kind.Name] = g
	}
	b := g.young[k]
	if b != nil {
		return b
	}
	if b = g.old[k]; b == nil {
		b = rate.NewLimiter(rate.Limit(l.factor/kind.Every.Seconds()), max(1, int(float64(kind.Burst)*l.factor)))
	}
	if len(g.young) >= maxKeys {
		g.old, g.young = g.young, map[[16]byte]*rate.Limiter{}
	}
	g.young[k] = b
	return b
}

// addressKey is the bucket of an address: IPv6 hosts own a /64.
func addressKey(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		p, err := a.WithZone("").Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}
