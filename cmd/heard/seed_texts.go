package main

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

//go:embed seed_texts.txt
var seedTexts string

// matter is something that customers of a made-up desk write about.
type matter struct {
	name, tag string
	team      int     // place in seedTeams
	weight    float64 // how often, against the others
	gloom     float64 // what it takes off a rating, in stars
	hard      float64 // 0 … 1: how often it is handed on
	says      map[string][]string
}

// readMatters reads seed_texts.txt.
func readMatters(text string) ([]matter, error) {
	var list []matter
	for n, line := range strings.Split(text, "\n") {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case kind == "" || kind == "#":
		case kind == "@":
			m, err := readMatter(strings.Fields(rest))
			if err != nil {
				return nil, fmt.Errorf("seed texts, line %d: %w", n+1, err)
			}
			list = append(list, m)
		case len(list) == 0:
			return nil, fmt.Errorf("seed texts, line %d: no matter yet", n+1)
		default:
			m := &list[len(list)-1]
			m.says[kind] = append(m.says[kind], rest)
		}
	}
	return list, nil
}

func readMatter(fields []string) (m matter, err error) {
	if len(fields) != 6 {
		return m, fmt.Errorf("a matter has six fields, not %d", len(fields))
	}
	m = matter{name: fields[0], tag: fields[5], says: map[string][]string{}}
	if m.team, err = strconv.Atoi(fields[1]); err != nil || m.team < 1 || m.team > len(seedTeams()) {
		return m, fmt.Errorf("there is no team %q", fields[1])
	}
	m.team--
	for i, to := range []*float64{&m.weight, &m.gloom, &m.hard} {
		if *to, err = strconv.ParseFloat(fields[2+i], 64); err != nil {
			return m, err
		}
	}
	return m, nil
}

// seedVocabulary is what fills the gaps of texts.
type seedVocabulary struct {
	things, colors, screens, greetings, details, follow, answers, closing, praise, pain []string
	days                                                                                map[string][]string
}

func seedWords() seedVocabulary {
	return seedVocabulary{
		things: []string{"desk lamp", "floor lamp", "kettle", "armchair", "bookshelf", "speaker", "toaster", "curtain rail", "mirror",
			"bedside table", "thermostat", "router", "camera", "blender", "office chair", "rug", "wall clock", "bench", "vase", "coat rack"},
		colors:    []string{"green", "white", "oak", "black", "copper", "sand", "navy", "grey"},
		screens:   []string{"basket", "order list", "wish list", "profile", "photo upload", "map", "settings"},
		greetings: []string{"", "", "", "Hi, ", "Hello, ", "Good morning, ", "Hey there, ", "Dear team, "},
		details: []string{"", "", "", " It is urgent.", " Thanks in advance.", " I already wrote last week.", " Please call me if that is easier.",
			" The reference is {order}.", " I paid {money}.", " My neighbour has the same trouble.", " I ordered on {day}."},
		follow: []string{"Yes, that is right.", "It is {order}.", "I tried that, no change.", "Since {day}, I think.", "Thanks, and how long will it take?",
			"The {thing}, as I said.", "On my phone.", "Could you check once more?", "Okay.", "I have sent a photo."},
		answers: []string{"Thank you for writing. Let me look into it.", "Could you tell me the order number, please?", "I have asked the warehouse about this.",
			"I can see it here, one moment please.", "Sorry about that! I am checking with a colleague.", "Which device do you use?", "I will take care of it.",
			"Understood, please give me a minute."},
		closing: []string{"I have put that in motion, you get a mail within the day.", "That is corrected now.", "The replacement leaves our warehouse tomorrow.",
			"It is booked; the bank needs two or three days.", "Please try again now, it should work.", "Done. Is there anything else?"},
		praise: []string{"Quick and friendly.", "Solved in minutes, thank you!", "Very patient explanation.", "Exactly what I needed.", "Great support."},
		pain:   []string{"Took far too long.", "I had to explain everything twice.", "Nobody felt responsible.", "Still not solved.", "The answer did not fit my question."},
		days: map[string][]string{
			"day":  {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
			"tag":  {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
			"jour": {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
			"dia":  {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
		},
	}
}

func pick(rng *rand.Rand, list []string) string { return list[rng.IntN(len(list))] }

// fill replaces {words} of a text.
func (w *seedVocabulary) fill(rng *rand.Rand, text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(w.word(rng, name))
		text = after
	}
}

func (w *seedVocabulary) word(rng *rand.Rand, name string) string {
	switch name {
	case "order":
		return "W" + strconv.Itoa(100_000+rng.IntN(900_000))
	case "money":
		return strconv.Itoa(9+rng.IntN(290)) + ".90 €"
	case "n":
		return strconv.Itoa(2 + rng.IntN(8))
	case "version":
		return strconv.Itoa(4+rng.IntN(2)) + "." + strconv.Itoa(rng.IntN(9))
	case "thing":
		return pick(rng, w.things)
	case "color":
		return pick(rng, w.colors)
	case "screen":
		return pick(rng, w.screens)
	}
	if days := w.days[name]; days != nil {
		return pick(rng, days)
	}
	return name
}

// opening is a customer's first message.
func (w *seedVocabulary) opening(rng *rand.Rand, m *matter, language string) string {
	list := m.says[language]
	if len(list) == 0 {
		list = m.says["en"]
	}
	text := w.fill(rng, pick(rng, list))
	if language != "en" {
		return text
	}
	return pick(rng, w.greetings) + text + w.fill(rng, pick(rng, w.details))
}
