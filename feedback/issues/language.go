package issues

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/spanish"
)

// language knows how one language's words are cut to stems and which of them only build sentences.
type language struct {
	stem     func(*snowballstem.Env) bool
	function map[string]bool
}

// languages in the order of preference when a text speaks for several; English comes first.
var languages = []language{
	{english.Stem, words(`a an the this that these those there here i me my mine myself we us our ours you your
		yours he him his she her hers it its they them their am is are was were be been being do does did doing done
		have has had having will would shall should can could may might must to of in on at by for with from into about
		as than then so if or and but because while when where why how what which who whom whose not no nor only just
		very too also some any all each more most other such own same up down out off over under again further
		once s t d m ll re ve im ive id dont cant get got let please`)},
	{german.Stem, words(`der die das den dem des ein eine einen einem einer eines ich mich mir mein meine meinen meiner
		du dich dir dein deine er ihn ihm sein seine sie ihr ihre ihnen es wir uns unser unsere und oder aber denn weil
		wenn als wie was wer wo wann warum nicht kein keine nur auch schon noch sehr so zu von mit bei aus nach
		vor auf in im an am um durch bin ist sind war waren wird werden wurde habe hat haben hatte kann können muss
		soll sollte möchte würde dass ob bitte hier dort dann`)},
	{french.Stem, words(`le la les un une des du de d l je j me m moi mon ma mes tu te toi ton ta tes il elle on nous
		notre nos vous votre vos ils elles ce cet cette ces c s se sa son ses et ou mais donc car que qu qui quoi
		dont où quand comment pourquoi ne n pas plus très aussi si à au aux en dans sur sous par pour avec sans chez
		suis est sont était être ai as a ont avait avoir fait peut peux puis dois doit y`)},
	{spanish.Stem, words(`el la los las un una unos unas lo al del de yo me mi mis mí tú te ti tu tus él ella se su sus
		nosotros nos nuestro nuestra ellos ellas le les este esta esto ese esa eso y e o u pero porque que qué quien
		cual cómo como cuando dónde donde no ni sí si ya muy más también a en con sin por para sobre desde hasta
		soy es son era fue ser estoy está están estaba he ha han había hay tengo tiene puedo puede hacer`)},
	{italian.Stem, words(`il lo la i gli le un uno una di del della dei delle a al alla da dal dalla in nel nella con su
		sul per tra fra io mi me mio mia miei tu ti te tuo tua lui lei si suo sua noi ci nostro voi vi vostro loro e ed
		o ma perché che chi cosa come quando dove non né più anche se già molto questo questa quello quella sono è sei
		siamo era essere ho hai ha abbiamo hanno avere posso può fare`)},
	{portuguese.Stem, words(`o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem eu me
		mim meu minha meus minhas tu te você seu sua ele ela se nós nosso nossa eles elas lhe este esta isto esse
		essa isso e ou mas porque que quem qual como quando onde não nem sim já muito mais também ao à sou é são era
		foi ser estou está estão tenho tem têm há posso pode fazer`)},
	{dutch.Stem, words(`de het een ik mij me mijn jij je jouw u uw hij hem zijn zij ze haar wij we ons onze jullie hun
		en of maar want omdat als dat die dit deze wat wie waar wanneer waarom hoe niet geen wel ook al nog heel zeer
		te van met bij uit naar voor op in aan om door over ben bent is was waren wordt worden werd heb hebt heeft
		hebben had kan kunnen moet moeten wil zou er hier daar dan`)},
}

func words(list string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// speak finds the language whose function words hit most tokens; without any hit it is English.
func speak(tokens []token) *language {
	best, hits := 0, 0
	for i := range languages {
		n := 0
		for _, t := range tokens {
			if languages[i].function[t.text] {
				n++
			}
		}
		if n > hits {
			best, hits = i, n
		}
	}
	return &languages[best]
}

// stemOf cuts a word to its stem. Placeholders stay as they are.
func (l *language) stemOf(word string) string {
	if _, placeholder := masks[word]; placeholder {
		return word
	}
	env := snowballstem.NewEnv(word)
	l.stem(env)
	return env.Current()
}
