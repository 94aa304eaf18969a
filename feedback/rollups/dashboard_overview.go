package rollups

import "context"

// overview is the page of a manager's Monday: six figures, what changed, and the issues that cost most.
func (p *page) overview(ctx context.Context) error {
	second := CES
	nps, _ := specOf(NPS)
	asked, err := p.cell(ctx, ask{spec: nps, days: p.now, filter: p.q.Filter})
	if err != nil {
		return err
	}
	if asked.n > 0 {
		second = NPS
	}
	for _, key := range []Key{CSAT, second, FirstResponse, FirstResolution, Volume, Backlog} {
		if err := p.tile(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
