package web

import (
	"context"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
)

type issuedToken struct {
	Token  wireToken `json:"token"`
	Secret string    `json:"secret" doc:"Shown this once"`
}

// listTokens shows an agent's own tokens, to admins everybody's.
func (s *Server) listTokens(ctx context.Context, in *struct{ PageIn }) (*answer[list[wireToken]], error) {
	c := callerOf(ctx)
	of := c.agent.ID
	if tickets.Can(c.rights, tickets.TokenList, tickets.AtDesk) {
		of = 0
	}
	rows, err := s.people.Tokens(ctx, of)
	if err != nil {
		return nil, err
	}
	return listed(rows, in.PageIn, func(t *tickets.Token) events.ID { return t.ID }, tokenWire)
}

func (s *Server) createToken(ctx context.Context, in *struct {
	Body struct {
		Name  string    `json:"name"`
		Agent events.ID `json:"agent,omitempty" doc:"One's own unless set; another's takes an admin"`
		Bot   bool      `json:"bot,omitempty" doc:"What it writes counts as a bot's, not as its agent's"`
	}
}) (*made[issuedToken], error) {
	c := callerOf(ctx)
	of := in.Body.Agent
	if of == 0 {
		of = c.agent.ID
	}
	if err := tickets.Permit(c.rights, tickets.TokenWrite, ownOr(c, of)); err != nil {
		return nil, fault.New(fault.Forbidden, "you may make tokens for yourself only")
	}
	t, secret, err := s.people.CreateToken(ctx, c.actor(), tickets.TokenIn{Agent: of, Name: in.Body.Name, Bot: in.Body.Bot})
	if err != nil {
		return nil, err
	}
	return created(issuedToken{tokenWire(t), secret}, nil)
}

// ownOr is how what belongs to an agent stands to the caller.
func ownOr(c caller, agent events.ID) tickets.Relation {
	if c.agent.ID == agent {
		return tickets.Own
	}
	return tickets.AtDesk
}

// token loads a token in force that the caller may see or change; another's is answered as not found.
func (s *Server) token(ctx context.Context, id events.ID, a tickets.Action) (*tickets.Token, error) {
	c := callerOf(ctx)
	t, err := s.people.TokenByID(ctx, id)
	if err != nil {
		return nil, err
	}
	if t.RevokedAt != 0 {
		return nil, fault.New(fault.NotFound, "there is no such token")
	}
	return t, tickets.Permit(c.rights, a, ownOr(c, t.AgentID))
}

func (s *Server) getToken(ctx context.Context, in *getID) (*answer[wireToken], error) {
	t, err := s.token(ctx, in.ID.ID, tickets.TokenList)
	if err != nil {
		return nil, err
	}
	return ok(tokenWire(t), nil)
}

func (s *Server) patchToken(ctx context.Context, in *struct {
	ID   pathID `path:"id"`
	Body struct {
		Name *string `json:"name,omitempty"`
	}
}) (*answer[wireToken], error) {
	t, err := s.token(ctx, in.ID.ID, tickets.TokenWrite)
	if err != nil {
		return nil, err
	}
	if in.Body.Name != nil {
		if t, err = s.people.RenameToken(ctx, callerOf(ctx).actor(), in.ID.ID, *in.Body.Name); err != nil {
			return nil, err
		}
	}
	return ok(tokenWire(t), nil)
}

func (s *Server) revokeToken(ctx context.Context, in *onID) (*struct{}, error) {
	if _, err := s.token(ctx, in.ID.ID, tickets.TokenWrite); err != nil {
		return nil, err
	}
	return nil, s.people.RevokeToken(ctx, callerOf(ctx).actor(), in.ID.ID)
}
