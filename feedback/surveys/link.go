package surveys

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"heard/tickets/events"
	"heard/tickets/fault"
)

// formLasts is how long a form that was shown by a public link may be sent, and refLasts how long a link made for one
// person holds.
const (
	formLasts = 24 * time.Hour
	refLasts  = 90 * 24 * time.Hour
)

// LinkForm is a survey as its public link shows it.
type LinkForm struct {
	Form
	// Proof names this one showing of the form, so that a form that is sent twice is one answer.
	Proof string
	// Token leads to the answer that the person of the reference gave before; "" for none.
	Token string
}

// LookLink returns the form behind a public link, in a language. ref names a person (Ref), or is "".
func (s *Store) LookLink(ctx context.Context, key, ref, language string) (*LinkForm, error) {
	def, err := s.byLink(ctx, key)
	if err != nil {
		return nil, err
	}
	f := &LinkForm{Form: Form{Shown: def.Show(language), State: StateOpen, Language: language}}
	f.Score = f.Scale[0] - 1
	if err := s.dress(ctx, &f.Form, def.InboxID); err != nil {
		return nil, err
	}
	if def.Brand != "" {
		f.Desk = def.Brand
	}
	if def.DisabledAt != 0 {
		f.State = StateEnded
		return f, nil
	}
	if ref == "" {
		f.Proof = s.proof(def.ID, publicID(), s.log.Now())
		return f, nil
	}
	id, _, err := s.readRef(def.ID, ref)
	if fault.KindOf(err) == fault.Closed {
		f.State = StateEnded
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	var had []Invitation
	if err := s.log.Read().NewSelect().Model(&had).Where("public_id = ?", id).Scan(ctx); err != nil {
		return nil, fmt.Errorf("look for an earlier answer: %w", err)
	}
	if len(had) == 1 {
		f.Token = s.Token(&had[0])
	}
	f.Proof = s.proof(def.ID, id, s.log.Now())
	return f, nil
}

func (s *Store) byLink(ctx context.Context, key string) (*Survey, error) {
	var found []Survey
	if len(key) != publicLen {
		return nil, noSurvey()
	}
	if err := s.log.Read().NewSelect().Model(&found).Where("link_key = ? AND trigger = ?", key, OnLink).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find survey: %w", err)
	}
	if len(found) != 1 {
		return nil, noSurvey()
	}
	return &found[0], nil
}

// proof is "<id>.<when, in seconds>.<signature>".
func (s *Store) proof(survey events.ID, id string, at events.Time) string {
	when := strconv.FormatInt(int64(at)/1000, 36)
	return id + "." + when + "." + s.mac("form", survey, id, when)
}

func (s *Store) mac(purpose string, survey events.ID, parts ...string) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%s\x00%d\x00%s", purpose, survey, strings.Join(parts, "\x00"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readProof returns the id of a form that was shown not long ago.
func (s *Store) readProof(survey events.ID, proof string) (string, error) {
	parts := strings.Split(proof, ".")
	if len(parts) != 3 || len(parts[0]) != publicLen || !hmac.Equal([]byte(parts[2]), []byte(s.mac("form", survey, parts[0], parts[1]))) {
		return "", fault.On("form", "was not made here")
	}
	at, err := strconv.ParseInt(parts[1], 36, 64)
	if err != nil || s.log.Now().Sub(events.Time(at*1000)) > formLasts {
		return "", fault.On("form", "is too old: load the page again")
	}
	return parts[0], nil
}

// Ref names a customer on a survey's public link, for so long: whoever holds it answers as that person, once.
func (s *Store) Ref(ctx context.Context, survey *Survey, customer events.ID) (string, error) {
	if survey.Trigger != OnLink {
		return "", &fault.Error{Kind: fault.Conflict, Detail: "this survey is not asked by link", Fields: []fault.Field{{Field: "trigger", Detail: "must be link"}}}
	}
	found, err := s.log.Read().NewSelect().Table("customers").Where("id = ? AND merged_into = 0", customer).Exists(ctx)
	if err != nil {
		return "", fmt.Errorf("look for customer %s: %w", customer, err)
	}
	if !found {
		return "", fault.On("customer", "is not there")
	}
	until := strconv.FormatInt(int64(s.log.Now().Add(refLasts))/1000, 36)
	return customer.String() + "." + until + "." + s.mac("person", survey.ID, customer.String(), until), nil
}

// readRef returns the public id of a person's answer, and the person. A link that was good once has ended.
func (s *Store) readRef(survey events.ID, ref string) (string, events.ID, error) {
	parts := strings.Split(ref, ".")
	if len(parts) != 3 || !hmac.Equal([]byte(parts[2]), []byte(s.mac("person", survey, parts[0], parts[1]))) {
		return "", 0, noSurvey()
	}
	customer, err := events.ParseID(parts[0])
	until, errUntil := strconv.ParseInt(parts[1], 36, 64)
	if err != nil || errUntil != nil {
		return "", 0, noSurvey()
	}
	if s.log.Now() > events.Time(until*1000) {
		return "", 0, hasEnded()
	}
	return s.mac("answer", survey, ref)[:publicLen], customer, nil
}

// AnswerLink keeps an answer that came by a public link. The same form sent again is one answer.
func (s *Store) AnswerLink(ctx context.Context, key, ref, proof string, in AnswerIn) (AnswerOut, error) {
	def, err := s.byLink(ctx, key)
	if err != nil {
		return AnswerOut{}, err
	}
	inv := &Invitation{Kind: def.Kind, SurveyID: def.ID, High: def.High, LowScore: def.LowScore, InboxID: def.InboxID,
		Touchpoint: def.Touchpoint, Brand: def.Brand, Channel: def.Channel}
	if inv.PublicID, err = s.readProof(def.ID, proof); err != nil {
		return AnswerOut{}, err
	}
	if ref != "" {
		id, customer, err := s.readRef(def.ID, ref)
		if err != nil {
			return AnswerOut{}, err
		}
		if id != inv.PublicID {
			return AnswerOut{}, fault.On("form", "was not made here")
		}
		inv.CustomerID = customer
	}
	if def.DisabledAt != 0 {
		return AnswerOut{}, hasEnded()
	}
	in.Via = ByLink
	if err := in.clean(def.Show("")); err != nil {
		return AnswerOut{}, err
	}
	var out AnswerOut
	unit := events.Unit{By: events.Actor{Kind: events.Customer, ID: inv.CustomerID}}
	err = s.log.Write(ctx, unit, func(ctx context.Context, tx *events.Tx) error {
		next := *inv
		next.ExpiresAt = tx.Now.Add(Lasts)
		if _, err := tx.NewInsert().Model(&next).On("CONFLICT (public_id) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("insert survey invitation: %w", err)
		}
		var now Invitation
		if err := tx.NewSelect().Model(&now).Where("public_id = ?", inv.PublicID).Scan(ctx); err != nil {
			return fmt.Errorf("read survey: %w", err)
		}
		out, err = s.answer(ctx, tx, &now, in)
		out.Token = s.Token(&now)
		return err
	})
	return out, err
}
