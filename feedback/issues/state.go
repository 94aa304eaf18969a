package issues

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"fmt"
	"io"
)

// stateVersion changes whenever an older state can no longer be read; the caller then starts anew from
// the tickets, which hold all that the model ever learned.
const stateVersion = 2

// maxState bounds what a stored state may unpack to.
const maxState = 256 << 20

// state is the model as it is stored. Counts are not: they follow from the documents.
type state struct {
	Version   int
	Config    Config
	Features  []feature // empty ones are free numbers
	Free      []int32
	Keys      []int64
	NextKey   int64
	Nights    uint64
	Fitted    int
	Words     int
	Left      []int64
	Documents []storedDocument
}

// storedDocument is a document with its entries as columns, which pack better.
type storedDocument struct {
	ID, Customer, At       int64
	Slot                   int32
	Pinned, Exemplar, Sure bool
	Told                   uint8
	Features               []int32
	Weights, Forms         []uint16
}

// MarshalBinary packs the model for a row of a store: about 60 bytes a conversation.
func (m *Model) MarshalBinary() ([]byte, error) {
	s := state{
		Version: stateVersion, Config: m.cfg, Features: m.vocab.features, Free: m.vocab.free, Keys: m.keys,
		NextKey: m.nextKey, Nights: m.nights, Fitted: m.fitted, Words: m.mix.words, Left: m.left,
	}
	for _, d := range m.docs {
		x := storedDocument{
			ID: d.id, Customer: d.customer, At: d.at, Slot: d.slot,
			Pinned: d.pinned, Exemplar: d.exemplar, Sure: d.sure, Told: uint8(d.told),
		}
		for _, e := range d.entries {
			x.Features = append(x.Features, e.feature)
			x.Weights = append(x.Weights, e.weight)
			x.Forms = append(x.Forms, e.form)
		}
		s.Documents = append(s.Documents, x)
	}
	var buf bytes.Buffer
	packed, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("pack topics: %w", err)
	}
	if err := gob.NewEncoder(packed).Encode(s); err != nil {
		return nil, fmt.Errorf("encode topics: %w", err)
	}
	if err := packed.Close(); err != nil {
		return nil, fmt.Errorf("pack topics: %w", err)
	}
	return buf.Bytes(), nil
}

// Restore builds a model from what MarshalBinary packed: the same topics, keys and future.
func Restore(packed []byte) (*Model, error) {
	var s state
	limited := io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxState)
	if err := gob.NewDecoder(limited).Decode(&s); err != nil {
		return nil, fmt.Errorf("decode topics: %w", err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("decode topics: %w", err)
	}
	m := New(s.Config)
	m.keys, m.nextKey, m.nights, m.fitted, m.left = s.Keys, s.NextKey, s.Nights, s.Fitted, s.Left
	m.vocab.features, m.vocab.free = s.Features, s.Free
	for i, f := range s.Features {
		if f.Docs == 0 {
			continue
		}
		m.vocab.index[f.Stem] = int32(i)
		if f.Active {
			m.vocab.active++
			m.mix.open(int32(i))
		}
	}
	m.mix.resize(s.Words)
	for _, x := range s.Documents {
		m.restoreDocument(x)
	}
	return m, nil
}

func (m *Model) restoreDocument(x storedDocument) {
	d := &document{
		id: x.ID, customer: x.Customer, at: x.At, slot: x.Slot,
		pinned: x.Pinned, exemplar: x.Exemplar, sure: x.Sure, told: tongue(x.Told),
	}
	for i, f := range x.Features {
		d.entries = append(d.entries, entry{f, x.Weights[i], x.Forms[i]})
		if waiting := &m.vocab.features[f]; !waiting.Active {
			waiting.owner = d
		}
	}
	m.docs = append(m.docs, d)
	m.byID[d.id] = d
	m.voices[d.told]++
	if d.slot >= 0 {
		m.mix.put(d, d.slot, 1)
	}
}

// check refuses a state that would make the model fail later.
func (s *state) check() error {
	if s.Version != stateVersion {
		return fmt.Errorf("state version %d, want %d", s.Version, stateVersion)
	}
	if s.Config.Slots <= 0 || len(s.Keys) != s.Config.Slots {
		return fmt.Errorf("%d keys for %d slots", len(s.Keys), s.Config.Slots)
	}
	for _, d := range s.Documents {
		if d.Slot < noSlot || int(d.Slot) >= s.Config.Slots {
			return fmt.Errorf("conversation %d in slot %d", d.ID, d.Slot)
		}
		if d.Told >= uint8(tongues) {
			return fmt.Errorf("conversation %d is in language %d", d.ID, d.Told)
		}
		if len(d.Weights) != len(d.Features) || len(d.Forms) != len(d.Features) {
			return fmt.Errorf("conversation %d has uneven columns", d.ID)
		}
		for _, f := range d.Features {
			if f < 0 || int(f) >= len(s.Features) || s.Features[f].Docs == 0 {
				return fmt.Errorf("conversation %d has feature %d", d.ID, f)
			}
		}
	}
	return nil
}

// Clone returns an independent copy, for a night that runs while conversations arrive.
func (m *Model) Clone() (*Model, error) {
	packed, err := m.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("clone topics: %w", err)
	}
	return Restore(packed)
}
