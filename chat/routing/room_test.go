package routing

import (
	"testing"

	"heard/tickets"
)

func TestTakenPlaces(t *testing.T) {
	tests := []struct {
		name     string
		capacity float64
		load     Load
		want     int
	}{
		{"nothing to do", 4, Load{}, 0},
		{"chats", 4, Load{Chat: 3}, 3},
		{"six letters leave room beside a chat", 4, Load{Chat: 1, Letters: 6 * letterWeight}, 3},
		{"letters never fill more than half", 4, Load{Letters: 400}, 2},
		{"whoever has no chat has room for one", 1, Load{Letters: 400}, 0},
		{"given more by hand", 4, Load{Chat: 6}, 6},
		{"takes none", 0, Load{}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := Agent{Capacity: tt.capacity, Load: tt.load}
			if got := a.Taken(); got != tt.want {
				t.Errorf("taken = %d, want %d", got, tt.want)
			}
			if room := a.Room(&Team{}, tickets.Chat); room != (a.Taken() < int(tt.capacity)) {
				t.Errorf("taken = %d of %v, but room = %v", a.Taken(), tt.capacity, room)
			}
		})
	}
}
