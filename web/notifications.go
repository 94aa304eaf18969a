package web

import (
	"context"
	"strconv"
	"strings"

	"heard/tickets"
	"heard/tickets/events"
	"heard/tickets/fault"
	"heard/tickets/notify"
)

// notificationRoutes are what an agent hears of, and how.
func (s *Server) notificationRoutes() []route {
	api := "/api/v1"
	read, write := agent(tickets.NotificationRead), agent(tickets.NotificationWrite)
	mine := sessionOnly(tickets.NotificationWrite) // a device belongs to a sign-in, and ends with it
	return []route{
		{"GET", api + "/notifications", read, perRead, op("What concerns me, newest first", s.listNotifications)},
		{"POST", api + "/notifications/read", write, perWrite, op("Mark notifications as read", s.readNotifications).repeatable()},
		{"GET", api + "/me/notifications", read, perRead, op("How I hear of things", s.getNotificationSettings)},
		{"PUT", api + "/me/notifications", write, perWrite, op("Say how I hear of things", s.putNotificationSettings).repeatable()},
		{"POST", api + "/me/notifications/test", mine, perWrite, op("Push to a device of mine, to see whether it arrives", s.testNotification).unhurried()},
		{"GET", api + "/push/key", read, perRead, op("The key that browsers sign up for pushes with", s.getPushKey)},
		{"GET", api + "/push/subscriptions", read, perRead, op("The devices that I am pushed to", s.listDevices)},
		{"POST", api + "/push/subscriptions", mine, perWrite, op("Push to this browser", s.addDevice).repeatable()},
		{"DELETE", api + "/push/subscriptions/{id}", write, perWrite, op("Push to a device no more", s.removeDevice)},
	}
}

type wireNotifications struct {
	list[notify.Notification]
	Unread int `json:"unread" doc:"In the whole list"`
}

func (s *Server) listNotifications(ctx context.Context, in *struct {
	Unread bool `query:"unread" doc:"Only what was not read"`
	PageIn
}) (*answer[wireNotifications], error) {
	after, err := notificationPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	size := min(in.size(), 50)
	me := callerOf(ctx).rights
	rows, err := s.notify.List(ctx, me, in.Unread, after, size)
	if err != nil {
		return nil, err
	}
	n, err := s.notify.Unread(ctx, me)
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = notificationCursor(rows[size-1])
	}
	return ok(wireNotifications{items(rows, next), n}, err)
}

// notificationCursor names the last notification of a page.
func notificationCursor(n notify.Notification) string {
	return strconv.FormatInt(int64(n.At), 10) + "." + n.ID.String()
}

func notificationPlace(cursor string) (p notify.Place, err error) {
	if cursor == "" {
		return p, nil
	}
	at, id, _ := strings.Cut(cursor, ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err == nil {
		p.At = events.Time(ms)
		p.ID, err = events.ParseID(id)
	}
	if err != nil || p.ID == 0 {
		return p, fault.On("cursor", "is not one that a page ended with")
	}
	return p, nil
}

type wireUnread struct {
	Unread int `json:"unread"`
}

func (s *Server) readNotifications(ctx context.Context, in *struct {
	Body struct {
		IDs     []events.ID `json:"ids,omitempty" maxItems:"100"`
		Through events.ID   `json:"through,omitempty" doc:"This one, and all that are older"`
		Ticket  events.ID   `json:"ticket,omitempty" doc:"All about a ticket"`
	}
}) (*answer[wireUnread], error) {
	me := callerOf(ctx).rights
	if err := s.notify.Read(ctx, me.Agent, notify.Marks(in.Body)); err != nil {
		return nil, err
	}
	n, err := s.notify.Unread(ctx, me)
	return ok(wireUnread{n}, err)
}

func (s *Server) getNotificationSettings(ctx context.Context, _ *struct{}) (*answer[notify.Wishes], error) {
	return ok(s.notify.Settings(ctx, callerOf(ctx).rights.Agent))
}

func (s *Server) putNotificationSettings(ctx context.Context, in *struct{ Body notify.Wishes }) (*answer[notify.Wishes], error) {
	return ok(s.notify.Change(ctx, callerOf(ctx).rights.Agent, in.Body))
}

type wirePushKey struct {
	Key string `json:"key" doc:"The VAPID public key, in base64url"`
}

func (s *Server) getPushKey(ctx context.Context, _ *struct{}) (*answer[wirePushKey], error) {
	key, err := s.notify.PublicKey(ctx)
	return ok(wirePushKey{key}, err)
}

func (s *Server) listDevices(ctx context.Context, _ *struct{}) (*answer[list[notify.Device]], error) {
	rows, err := s.notify.Devices(ctx, callerOf(ctx).rights.Agent)
	return ok(items(rows, ""), err)
}

func (s *Server) addDevice(ctx context.Context, in *struct {
	UserAgent string `header:"User-Agent" hidden:"true"`
	Body      struct {
		Endpoint string `json:"endpoint" maxLength:"1000"`
		Keys     struct {
			P256dh string `json:"p256dh" maxLength:"200"`
			Auth   string `json:"auth" maxLength:"100"`
		} `json:"keys"`
	}
}) (*made[notify.Device], error) {
	c := callerOf(ctx)
	return created(s.notify.AddDevice(ctx, notify.DeviceIn{Agent: c.rights.Agent, Session: tickets.SessionName(c.session), Endpoint: in.Body.Endpoint,
		P256dh: in.Body.Keys.P256dh, Auth: in.Body.Keys.Auth, UserAgent: in.UserAgent}))
}

func (s *Server) removeDevice(ctx context.Context, in *onID) (*struct{}, error) {
	return nil, s.notify.RemoveDevice(ctx, callerOf(ctx).rights.Agent, in.ID.ID)
}

func (s *Server) testNotification(ctx context.Context, in *struct {
	Body struct {
		Way    string    `json:"way" enum:"push" doc:"Windows and sounds are made by the console itself"`
		Device events.ID `json:"device"`
	}
}) (*answer[notify.Tested], error) {
	return ok(s.notify.Test(ctx, callerOf(ctx).rights.Agent, in.Body.Device))
}
