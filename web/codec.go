package web

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"heard/chat"

	"github.com/coder/websocket"
)

// errIdle ends a codec's reading where a connection has nothing more, between two messages.
var errIdle = errors.New("nothing has come yet")

// partWithin is how long the rest of a message that has begun may keep us waiting, each time.
const partWithin = 30 * time.Second

// codec reads WebSocket messages off one connection after another, with the library: between two messages the
// library keeps nothing that belongs to the connection, so that idle ones need none of their own.
type codec struct {
	ws   *websocket.Conn
	br   *bufio.Reader // the library's; empty whenever it asks us for more
	conn *socketConn   // whose bytes it reads now

	inMessage bool // a message has begun
	atFrame   bool // all that was read are whole frames
	drained   bool // the last read took all that had come
	code      int  // of the good-bye that the library would say
	reason    string
	called    bool // it would have said one
	cut       bool // the connection failed: whatever the library then says is not about its bytes

	raw rawCall
}

// newCodec makes a codec by an upgrade that nobody sees, since the library has no other door.
func newCodec() (*codec, error) {
	k := &codec{}
	k.br = bufio.NewReaderSize(k, 4<<10)
	k.raw.bind()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "/", nil)
	if err != nil {
		return nil, err
	}
	r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"},
		"Sec-Websocket-Key": {"AAAAAAAAAAAAAAAAAAAAAA=="}}
	k.ws, err = websocket.Accept(&codecDoor{k}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // there is no origin
		CompressionMode:    websocket.CompressionDisabled,
		OnPingReceived:     k.pinged,
		OnPongReceived:     func(context.Context, []byte) { k.atFrame = k.br.Buffered() == 0 },
	})
	if err != nil {
		return nil, fmt.Errorf("make a codec: %w", err)
	}
	k.ws.SetReadLimit(chat.MaxFrame)
	return k, nil
}

// attach has the codec read another connection.
func (k *codec) attach(c *socketConn) { k.conn, k.drained = c, false }

// next reads one message into a slice of its own. errIdle says that there is none now, and that the codec may be
// attached to another connection; after any other error it is of no more use.
func (k *codec) next() (websocket.MessageType, []byte, error) {
	k.inMessage, k.atFrame = false, k.br.Buffered() == 0
	kind, r, err := k.ws.Reader(context.Background()) // a cancellable context would cost a goroutine for every read
	if err != nil {
		return 0, nil, err
	}
	k.inMessage = true
	data, err := io.ReadAll(r)
	return kind, data, err
}

// pinged answers a ping itself: whatever leaves a connection leaves through its queue.
func (k *codec) pinged(_ context.Context, payload []byte) bool {
	k.conn.sess.Pong(payload)
	k.atFrame = k.br.Buffered() == 0
	return false
}

// Read implements net.Conn for the library. It is called when all that was read is used up.
func (k *codec) Read(p []byte) (int, error) {
	n, err := k.read(p)
	k.cut = k.cut || err != nil && !errors.Is(err, errIdle)
	return n, err
}

func (k *codec) read(p []byte) (n int, err error) {
	c := k.conn
	idle := k.atFrame && !k.inMessage
	k.atFrame = false
	if len(c.early) > 0 {
		n = copy(p, c.early)
		if c.early = c.early[n:]; len(c.early) == 0 {
			c.early = nil
		}
		return n, nil
	}
	if idle && (k.drained || c.raw == nil) {
		return 0, errIdle
	}
	if c.raw != nil {
		n, err = k.raw.read(c.raw, p)
		if n > 0 || err != nil {
			k.drained = n < len(p)
			return n, err
		}
		if idle {
			return 0, errIdle
		}
	}
	return c.readPart(p)
}

// Write implements net.Conn for the library. It writes nothing but its good-bye, which is remembered for the queue.
func (k *codec) Write(p []byte) (int, error) {
	k.called, k.code = true, int(websocket.StatusNoStatusRcvd)
	if len(p) >= 4 {
		k.code, k.reason = int(binary.BigEndian.Uint16(p[2:])), string(p[4:])
	}
	return len(p), nil
}

// The rest of net.Conn: the connection is not the library's to close.

func (k *codec) Close() error                     { return nil }
func (k *codec) LocalAddr() net.Addr              { return nil }
func (k *codec) RemoteAddr() net.Addr             { return nil }
func (k *codec) SetDeadline(time.Time) error      { return nil }
func (k *codec) SetReadDeadline(time.Time) error  { return nil }
func (k *codec) SetWriteDeadline(time.Time) error { return nil }

// codecDoor is the other side of a codec's upgrade.
type codecDoor struct{ k *codec }

func (d *codecDoor) Header() http.Header         { return http.Header{} }
func (d *codecDoor) Write(p []byte) (int, error) { return len(p), nil }
func (d *codecDoor) WriteHeader(int)             {}

// Hijack implements http.Hijacker. 128 bytes hold every good-bye, so that one comes in a single write.
func (d *codecDoor) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return d.k, bufio.NewReadWriter(d.k.br, bufio.NewWriterSize(d.k, 128)), nil
}
