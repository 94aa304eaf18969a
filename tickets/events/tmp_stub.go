package events

type watcher struct{}

func (w *watcher) stop() {}

type consumers struct{}
