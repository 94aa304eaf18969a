package tagger

import (
	"bytes"
	"compress/flate"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// packVersion changes whenever an older model can no longer be used: another way of reading texts too. The next
// training makes a new one.
const packVersion = 1

// maxPacked bounds what a stored model may unpack to.
const maxPacked = 64 << 20

// packed is a model as it is stored: numbers, no words.
type packed struct {
	Version, Examples int
	Tags              []packedTag
	Rarity            []byte
	Posts             []uint16 // by bucket
	PostTags          []byte
	PostSteps         []byte
}

type packedTag struct {
	Tag
	Slope, Shift float64
	Bias, Size   float32
}

// MarshalBinary packs the model for a row of a store.
func (m *Model) MarshalBinary() ([]byte, error) {
	p := packed{Version: packVersion, Examples: m.examples, Rarity: m.rarity, Posts: make([]uint16, buckets)}
	for _, t := range m.tags {
		p.Tags = append(p.Tags, packedTag{t, t.curve.slope, t.curve.shift, t.bias, t.size})
	}
	for b := range buckets {
		p.Posts[b] = uint16(m.from[b+1] - m.from[b])
	}
	for _, x := range m.posts {
		p.PostTags, p.PostSteps = append(p.PostTags, x.tag), append(p.PostSteps, byte(x.steps))
	}
	var buf bytes.Buffer
	w, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err == nil {
		err = errors.Join(gob.NewEncoder(w).Encode(p), w.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("pack tags: %w", err)
	}
	return buf.Bytes(), nil
}

// Restore builds a model from what MarshalBinary packed.
func Restore(data []byte) (*Model, error) {
	var p packed
	r := io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxPacked)
	if err := gob.NewDecoder(r).Decode(&p); err != nil {
		return nil, fmt.Errorf("unpack tags: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("unpack tags: %w", err)
	}
	m := &Model{rarity: p.Rarity, examples: p.Examples, from: make([]uint32, buckets+1), posts: make([]post, len(p.PostTags))}
	for _, t := range p.Tags {
		t.Tag.curve, t.Tag.bias, t.Tag.size = curve{t.Slope, t.Shift}, t.Bias, t.Size
		m.tags = append(m.tags, t.Tag)
	}
	for b, n := range p.Posts {
		m.from[b+1] = m.from[b] + uint32(n)
	}
	for i := range m.posts {
		m.posts[i] = post{p.PostTags[i], int8(p.PostSteps[i])}
	}
	return m, nil
}

// check refuses what would make a model fail later.
func (p *packed) check() error {
	if p.Version != packVersion {
		return fmt.Errorf("version %d, want %d", p.Version, packVersion)
	}
	if len(p.Rarity) != buckets || len(p.Posts) != buckets || len(p.Tags) > MostTags || len(p.PostTags) != len(p.PostSteps) {
		return errors.New("its parts do not fit together")
	}
	posts := 0
	for _, n := range p.Posts {
		posts += int(n)
	}
	if posts != len(p.PostTags) {
		return fmt.Errorf("%d weights for %d features", len(p.PostTags), posts)
	}
	for _, t := range p.PostTags {
		if int(t) >= len(p.Tags) {
			return fmt.Errorf("a weight of tag %d of %d", t, len(p.Tags))
		}
	}
	return nil
}
