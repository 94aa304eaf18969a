package sim

import "math"

// ErlangB is the share of arrivals that find all c servers busy when nobody can wait, at load a = λ/μ in erlangs:
// B(0) = 1, B(n) = a·B(n−1) / (n + a·B(n−1)) (Erlang 1917; the recursion is Jagerman 1974, "Some properties of the
// Erlang loss function").
func ErlangB(c int, a float64) float64 {
	b := 1.0
	for n := 1; n <= c; n++ {
		b = a * b / (float64(n) + a*b)
	}
	return b
}

// Erlang is what the theory says of a queue in its steady state.
type Erlang struct {
	Delayed   float64 // share of arrivals that have to wait
	Wait      float64 // mean wait of all arrivals, in seconds
	Queue     float64 // mean number that wait
	Abandoned float64 // share of arrivals that give up
	Occupancy float64 // busy share of the servers
}

// ErlangC is the queue with Poisson arrivals, exponential handling, c servers and endless patience (M/M/c): the
// delayed share is c·B / (c − a·(1−B)) and the mean wait is that ÷ (c·μ − λ) (Erlang 1917; Cooper 1981, "Introduction
// to Queueing Theory", section 3.4). Rates are per second. ok is false when there is no steady state: load ≥ c.
func ErlangC(c int, lambda, mu float64) (e Erlang, ok bool) {
	a, n := lambda/mu, float64(c)
	if c < 1 || lambda <= 0 || mu <= 0 || a >= n {
		return Erlang{}, false
	}
	b := ErlangB(c, a)
	e.Delayed = n * b / (n - a*(1-b))
	e.Wait = e.Delayed / (n*mu - lambda)
	e.Queue, e.Occupancy = lambda*e.Wait, a/n
	return e, true
}

// ErlangA is ErlangC with exponential patience of rate theta (M/M/c+M; Palm 1957; Garnett, Mandelbaum and Reiman 2002,
// "Designing a Call Center with Impatient Customers"). The steady state of the birth and death process with births λ
// and deaths min(n, c)·μ + max(n−c, 0)·θ is summed up; then, by Little's law and as everybody who waits gives up at
// rate θ, the wait is queue ÷ λ and the abandoned share θ·queue ÷ λ. There always is a steady state.
func ErlangA(c int, lambda, mu, theta float64) (e Erlang, ok bool) {
	if c < 1 || lambda <= 0 || mu <= 0 || theta <= 0 {
		return Erlang{}, false
	}
	var total, delayed, queue, busy float64
	weigh := func(n int, p float64) {
		total += p
		busy += p * float64(min(n, c))
		if n >= c {
			delayed += p
			queue += p * float64(n-c)
		}
	}
	deaths := func(n int) float64 { return float64(min(n, c))*mu + float64(max(n-c, 0))*theta }
	mode := 0 // weights relative to the most likely state neither overflow nor vanish
	for lambda > deaths(mode+1) {
		mode++
	}
	weigh(mode, 1)
	for n, p := mode, 1.0; p > 1e-18; n++ {
		p *= lambda / deaths(n+1)
		weigh(n+1, p)
	}
	for n, p := mode, 1.0; n > 0 && p > 1e-18; n-- {
		p *= deaths(n) / lambda
		weigh(n-1, p)
	}
	e.Delayed, e.Queue, e.Occupancy = delayed/total, queue/total, busy/total/float64(c)
	e.Wait, e.Abandoned = e.Queue/lambda, min(1, theta*e.Queue/lambda)
	return e, !math.IsNaN(e.Wait)
}
