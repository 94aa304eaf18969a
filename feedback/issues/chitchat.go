package issues

import "strings"

// courtesies are the words of greetings, thanks and small answers. A sentence that holds nothing else and
// function words says nothing about an issue.
var courtesies = words(`hi hello hey hiya dear good morning afternoon evening day night greetings team support everyone
	sir madam folks thanks thank thx cheers regards best kind kindly welcome sorry excuse bye goodbye
	ok okay yes yeah yep nope sure great perfect fine alright cool nice well help hoping hope doing today
	someone anyone anybody agent human person talk speak chat question ask quick appreciate appreciated advance
	need want like
	hallo guten tag morgen abend danke vielen grüße grüßen freundlichen liebe hilfe ja nein
	bonjour bonsoir salut merci cordialement aide oui non hola buenos buenas días tardes gracias saludos ayuda
	ciao buongiorno buonasera grazie saluti aiuto olá bom dia boa tarde obrigado obrigada ajuda goedemorgen bedankt groeten hulp`)

// informative returns the tokens of those sentences that say something.
func informative(message string) []token {
	var out []token
	for _, s := range sentences(message) {
		if tokens := scan(s); !chitchat(tokens) {
			out = append(out, tokens...)
		}
	}
	return out
}

// chitchat says whether the tokens hold courtesies, function words and bare numbers only.
func chitchat(tokens []token) bool {
	var lang *language
	for _, t := range tokens {
		if courtesies[t.text] || t.text == holdNumber {
			continue
		}
		if lang == nil {
			lang = speak(tokens)
		}
		if !lang.function[t.text] {
			return false
		}
	}
	return true
}

// sentences cuts a message after the marks that end one, and at line ends. Marks inside a word or number
// (3.50, heard.io) end nothing.
func sentences(message string) []string {
	var out []string
	start := 0
	for i := 0; i < len(message); i++ {
		c := message[i]
		ends := c == '\n' || (strings.IndexByte(".!?", c) >= 0 && (i+1 == len(message) || message[i+1] <= ' '))
		if !ends {
			continue
		}
		if s := strings.TrimSpace(message[start : i+1]); s != "" {
			out = append(out, s)
		}
		start = i + 1
	}
	if s := strings.TrimSpace(message[start:]); s != "" {
		out = append(out, s)
	}
	return out
}
