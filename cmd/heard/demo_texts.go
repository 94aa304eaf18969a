package main

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// The words stand in a file of their own, because whoever writes them thinks of customers and not of code.
//
//go:embed demo_texts.txt
var demoTexts string

// intent is one thing that customers of the demo's shop write about.
type intent struct {
	Name   string
	Team   int     // whose matter it is
	Weight float64 // how often, against the others
	Chat   float64 // share that comes by chat
	Hard   float64 // 0 … 1: longer, and more often handed over
	Gloom  float64 // what it takes off a rating, in stars
	Tags   []string

	Subjects, Opens, Details, Answers, Fixes []string
}

// readIntents reads demo_texts.txt.
func readIntents(text string) ([]intent, error) {
	var list []intent
	for n, line := range strings.Split(text, "\n") {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if kind == "" || kind == "#" {
			continue
		}
		if kind == "@" {
			in, err := readIntent(strings.Fields(rest))
			if err != nil {
				return nil, fmt.Errorf("demo texts, line %d: %w", n+1, err)
			}
			list = append(list, in)
			continue
		}
		if len(list) == 0 {
			return nil, fmt.Errorf("demo texts, line %d: a text before the first intent", n+1)
		}
		in := &list[len(list)-1]
		kinds := map[string]*[]string{"s": &in.Subjects, "o": &in.Opens, "d": &in.Details, "a": &in.Answers, "f": &in.Fixes}
		if kinds[kind] == nil {
			return nil, fmt.Errorf("demo texts, line %d: %q is no kind of text", n+1, kind)
		}
		*kinds[kind] = append(*kinds[kind], rest)
	}
	for i := range list {
		for _, texts := range [][]string{list[i].Subjects, list[i].Opens, list[i].Details, list[i].Answers, list[i].Fixes} {
			if len(texts) == 0 {
				return nil, fmt.Errorf("demo texts: %s lacks a kind of text", list[i].Name)
			}
		}
	}
	return list, nil
}

func readIntent(words []string) (in intent, err error) {
	if len(words) < 6 {
		return in, fmt.Errorf("an intent needs a name, a team and four figures")
	}
	in.Name, in.Tags = words[0], words[6:]
	if in.Team = indexOf(demoTeams(), words[1]); in.Team < 0 {
		return in, fmt.Errorf("there is no team %q", words[1])
	}
	for i, to := range []*float64{&in.Weight, &in.Chat, &in.Hard, &in.Gloom} {
		if *to, err = strconv.ParseFloat(words[2+i], 64); err != nil {
			return in, err
		}
	}
	return in, nil
}

func indexOf(list []string, name string) int {
	for i, s := range list {
		if strings.EqualFold(s, name) {
			return i
		}
	}
	return -1
}

// voice fills templates for one conversation: the same order and product all through it.
type voice struct {
	rng   *rand.Rand
	slots *strings.Replacer
}

func newVoice(rng *rand.Rand, customer string) voice {
	first, _, _ := strings.Cut(customer, " ")
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	return voice{rng, strings.NewReplacer(
		"{name}", first,
		"{order}", fmt.Sprintf("WF%05d", 20000+rng.IntN(70000)),
		"{product}", pick("Alba lamp", "Skye throw", "Tide mug", "Grove stool", "Dune cushion", "Ember candle", "Hollow vase", "Loom rug"),
		"{city}", pick("Aarhus", "Copenhagen", "Odense", "Malmö", "Gothenburg", "Hamburg", "Bremen", "Leeds", "Bristol", "Utrecht", "Ghent", "Cork"),
		"{day}", pick("on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "last week", "two days ago", "this weekend"),
		"{days}", strconv.Itoa(3+rng.IntN(9)),
		"{amount}", fmt.Sprintf("€%d.%02d", 18+rng.IntN(180), 5*rng.IntN(20)),
		"{card}", fmt.Sprintf("%04d", 1000+rng.IntN(9000)),
		"{code}", pick("HELLO10", "AUTUMN15", "FRIEND20", "WELCOME5", "COSY10"),
	)}
}

// say picks one of the texts and fills it.
func (v voice) say(texts []string) string {
	return v.slots.Replace(texts[v.rng.IntN(len(texts))])
}

func (v voice) chance(p float64) bool { return v.rng.Float64() < p }

// opening is a customer's first message.
func (v voice) opening(in *intent, chat bool) string {
	text := v.say(in.Opens)
	if in.Hard > .1 && v.chance(.45) { // with a problem, many say it twice
		if more := v.say(in.Opens); more != text {
			text += " " + more
		}
	}
	switch {
	case !chat:
		return v.say([]string{"Hello,\n\n", "Hi there,\n\n", "Dear team,\n\n", "Good day,\n\n", ""}) + text +
			v.say([]string{"\n\nThank you,\n", "\n\nBest regards,\n", "\n\nKind regards,\n", "\n\n"}) + v.say([]string{"{name}"})
	case v.chance(.35):
		return v.say([]string{"Hi, ", "Hello, ", "Hey, ", "Good morning, ", "Hi! "}) + lowerFirst(text)
	case v.chance(.2):
		return text + v.say([]string{" Thanks!", " Please help.", " Thank you.", " Can you help?"})
	}
	return text
}

// lowerFirst goes on after a greeting. "I" and names stay as they are.
func lowerFirst(s string) string {
	first, _, _ := strings.Cut(s, " ")
	switch first {
	case "My", "The", "There", "Where", "When", "How", "Is", "Can", "Could", "Do", "Does", "What", "Which", "It", "You", "Your", "Please", "Why":
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// Texts that fit every intent.
func greetings() []string {
	return []string{"Hi {name}, thanks for writing. ", "Hello {name}! ", "Hi {name}. ", "Good to hear from you, {name}. ", "Hi there! ", ""}
}

func smallTalk() []string {
	return []string{"Hi", "Hello", "Hello, is anybody there?", "Hi there!", "Good morning", "Hey", "Hi, I have a question"}
}

func thanks() []string {
	return []string{"Thank you!", "Great, thanks a lot.", "Perfect, that helps.", "Thanks for the quick answer!", "Okay, thank you.",
		"Wonderful, have a nice day.", "Alright, I will wait then.", "Good, thank you for your help."}
}

func returnsUnhappy() []string {
	return []string{"I am afraid that it is still not solved.", "It has been two days and nothing has changed.",
		"Sorry to come back, but the problem is still there.", "This did not work, could you look again?",
		"I have still not heard anything. What is going on?"}
}

func moreTalk() []string {
	return []string{"Let me check that, one moment please.", "Thanks, I have what I need. Give me a minute.", "I am looking at it right now.",
		"I have asked a colleague and come back to you.", "Thank you. Is there anything else that I should know?"}
}

func moreAsk() []string {
	return []string{"Okay.", "Sure, I am here.", "No, that is all.", "Any news?", "Yes, please.", "How long will that take?", "I understand."}
}

func sideNotes() []string {
	return []string{"Checked the order: nothing unusual in it.", "Customer is friendly, second contact this month.", "Asked the warehouse, they answer this afternoon.",
		"Courier reference noted in the order.", "Have seen this twice this week already.", "Offered a voucher, customer did not want one.",
		"Bank statement matches what the customer says.", "Please keep an eye on this one."}
}

// handoffNote is what goes along when a conversation moves on for a reason.
func handoffNotes(reason string) []string {
	switch reason {
	case "wrong_team":
		return []string{"This belongs to your team.", "Came to us by mistake.", "Not ours, could you take it?", ""}
	case "billing":
		return []string{"There is a charge without an order, I cannot see card payments.", "Needs a look at the payment provider.", "Refund has to be released by you."}
	case "shift_end":
		return []string{"My day ends, the customer waits for an answer.", "I have to go, everything is in the thread.", ""}
	case "overload":
		return []string{"I have too many open, can you take this one?", ""}
	}
	return []string{"You know this better than I do.", "I am stuck here, please have a look.", "Could you take this? I have tried the usual steps."}
}

// comment is what a customer writes beside a rating: about the worst of what went wrong, or nothing special.
func comments(score int, worst string) []string {
	switch {
	case score >= 4 && worst == "":
		return []string{"Quick and friendly.", "Great service, thank you {agent}!", "Solved in minutes.", "{agent} was very kind and knew what to do.", "Could not be better.",
			"Really helpful.", "Nice to talk to a real person.", "Fast answer, problem gone."}
	case score >= 4:
		return []string{"It took a while, but {agent} sorted it out.", "Good in the end.", "Friendly, although it took some time.", "Thanks for staying with it."}
	case worst == "bug":
		return []string{"I was charged and had no order. That must not happen.", "Your checkout took my money and said failed.", "Paid twice and had to explain it three times.",
			"The checkout is broken and support cannot fix it.", "Still waiting for my money."}
	case worst == "handoffs":
		return []string{"I had to explain everything again to the next person.", "Passed around from one to another.", "Three people, and the last one asked the same as the first.",
			"Please read what I wrote before you hand me over."}
	case worst == "wait":
		return []string{"Waited far too long for a first answer.", "I nearly gave up waiting.", "The chat says minutes and it was much longer.", "Too slow."}
	case worst == "reopened":
		return []string{"Was told that it was solved, and it was not.", "I had to come back because nothing had changed."}
	case worst == stuckIntent:
		return []string{"Nice people, but I still do not know where my parcel is.", "The tracking is useless.", "Every order the same story with the courier."}
	}
	return []string{"It was okay.", "Answer did not really fit my question.", "I expected more.", "Not solved to my liking."}
}

func firstNames() []string {
	return strings.Fields(`Anna Lukas Freja Oliver Maja Noah Ida Emil Clara Jonas Sofia Magnus Laura Felix Nora Oskar Alma Hugo Julia Theo Ella
		Viktor Liv Anton Marta Elias Sara Jakob Hanna Leon Mia Rasmus Eva Tom Lena Paul Nina Mads Rosa Karl Amina Yusuf Priya Arjun Mei Kenji Chloé
		Louis Inés Diego Fatima Omar Grace Daniel Ruth Samuel Zoe Adam Iris Peter Olga Ivan Lucy Henry Alice George Tessa Marco Giulia Pablo`)
}

func lastNames() []string {
	return strings.Fields(`Andersen Berg Christensen Dahl Eriksen Fischer Gruber Holm Iversen Jensen Keller Lund Møller Nilsson Olsen Petersen
		Quist Rasmussen Sørensen Thomsen Ulrich Vogel Weber Winther Zimmer Ahmed Bennett Clarke Doyle Evans Foster Grant Hughes Khan Lopez Martin
		Murphy Novak Okoye Patel Quinn Rossi Silva Tanaka Turner Visser Walsh Young Becker Brandt Carlsen Duarte Ferrari Garcia Hansen Ito Janssen
		Kowalski Larsen Meyer Nguyen Oliveira Park Reyes Schmidt Torres`)
}
