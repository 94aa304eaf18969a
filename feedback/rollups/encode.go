package rollups

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// Number is a float with one form: at most six decimals, no exponent; what is no number is null.
type Number float64

// MarshalJSON writes the one form.
func (n Number) MarshalJSON() ([]byte, error) {
	f := float64(n)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	f = math.Round(f*1e6) / 1e6
	if f == 0 {
		f = 0 // never −0
	}
	return strconv.AppendFloat(nil, f, 'f', -1, 64), nil
}

// Range is an interval; an end that is not bounded is null.
type Range struct {
	Low  *Number `json:"low"`
	High *Number `json:"high"`
}

func end(x float64) *Number {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	n := Number(x)
	return &n
}

// encode is the stored form of a report: one line, keys sorted.
func encode(r *Report) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode report %s: %w", r.Week, err)
	}
	var tree any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("encode report %s: %w", r.Week, err)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(tree); err != nil { // maps come out with sorted keys
		return nil, fmt.Errorf("encode report %s: %w", r.Week, err)
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
