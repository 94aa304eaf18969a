package bus

import (
	"slices"
	"sync"
	"time"
)

const (
	queueLength = 8192
	queueBytes  = 8 << 20
	tooOld      = 3 * time.Second // what waited longer to be sent is news to nobody
)

// parcel is a payload that waits.
type parcel struct {
	from    string
	payload []byte
	at      time.Time
}

// queue is bounded; the oldest go when there are too many.
type queue struct {
	list  []parcel
	bytes int
}

// put returns how many were dropped for it.
func (q *queue) put(p parcel) (dropped int) {
	q.list = append(q.list, p)
	q.bytes += len(p.payload)
	for len(q.list) > queueLength || q.bytes > queueBytes {
		q.pop()
		dropped++
	}
	return dropped
}

func (q *queue) pop() parcel {
	p := q.list[0]
	q.list[0] = parcel{}
	q.list = q.list[1:]
	q.bytes -= len(p.payload)
	if len(q.list) == 0 {
		q.list = nil
	}
	return p
}

// outbox holds what waits to be sent, a queue for each topic, which take turns.
type outbox struct {
	mu     sync.Mutex
	topics []string
	queues map[string]*queue
	more   chan struct{} // has one element when something waits
	closed bool
}

func (o *outbox) put(topic string, payload []byte) (dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 1
	}
	q := o.queues[topic]
	if q == nil {
		q = &queue{}
		o.queues[topic] = q
		o.topics = append(o.topics, topic)
	}
	dropped = q.put(parcel{payload: payload, at: time.Now()})
	signal(o.more)
	return dropped
}

// take returns payloads of one topic that fit into a frame, and how many were too old.
func (o *outbox) take(room int) (topic string, payloads [][]byte, dropped int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	oldest := time.Now().Add(-tooOld)
	for i, t := range o.topics {
		q := o.queues[t]
		for used := 0; len(q.list) > 0; {
			if q.list[0].at.Before(oldest) {
				q.pop()
				dropped++
				continue
			}
			if used += payloadRoom(q.list[0].payload); used > room {
				break
			}
			payloads = append(payloads, q.pop().payload)
		}
		if len(payloads) > 0 {
			o.topics = append(slices.Delete(o.topics, i, i+1), t) // the others first next time
			return t, payloads, dropped
		}
	}
	return "", nil, dropped
}

func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// inbox holds what came for a topic until its subscribers have heard it.
type inbox struct {
	mu    sync.Mutex
	queue queue
	fns   []*subscriber
	more  chan struct{}
}

type subscriber struct {
	fn func(from string, payload []byte)
}

func (i *inbox) put(p parcel) (dropped int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.fns) == 0 {
		return 0
	}
	dropped = i.queue.put(p)
	signal(i.more)
	return dropped
}

// run hands out what comes until the bus ends.
func (i *inbox) run(ended <-chan struct{}) {
	for {
		select {
		case <-i.more:
		case <-ended:
			return
		}
		for i.next(ended) {
		}
	}
}

func (i *inbox) next(ended <-chan struct{}) bool {
	select {
	case <-ended:
		return false
	default:
	}
	i.mu.Lock()
	if len(i.queue.list) == 0 {
		i.mu.Unlock()
		return false
	}
	p, fns := i.queue.pop(), slices.Clone(i.fns)
	i.mu.Unlock()
	for _, s := range fns {
		s.fn(p.from, p.payload)
	}
	return true
}
