package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/coder/websocket"
)

// dialSocket connects to a socket of a server and returns when its hello was taken.
func dialSocket(ctx context.Context, url, path string, hello map[string]any) (*websocket.Conn, error) {
	ws, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(url, "http")+path,
		&websocket.DialOptions{Subprotocols: []string{"heard.v1"}})
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	ws.SetReadLimit(1 << 20)
	if err := writeJSON(ctx, ws, hello); err != nil {
		return nil, err
	}
	_, err = readType(ctx, ws, "welcome")
	return ws, err
}

func writeJSON(ctx context.Context, ws *websocket.Conn, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return ws.Write(ctx, websocket.MessageText, b)
}

// readType passes frames over until one of a type comes.
func readType(ctx context.Context, ws *websocket.Conn, kind string) ([]byte, error) {
	for {
		_, b, err := ws.Read(ctx)
		switch {
		case err != nil:
			return nil, err
		case isType(b, kind):
			return b, nil
		case bytes.HasPrefix(b, []byte(`{"type":"error"`)):
			return nil, fmt.Errorf("refused: %s", b)
		}
	}
}
