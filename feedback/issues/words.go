package issues

// The words that only build sentences, by language: articles, pronouns, prepositions, conjunctions, auxiliaries and the
// usual adverbs. They say which language a text is in, and weigh little. The English list is the one that the figures of
// the tests belong to.
const (
	wordsEnglish = `a an the this that these that those there here i me my mine myself we us our ours you your
		yours he him his she her hers it its they them their am is are was were be been being do does did doing done
		have has had having will would shall should can could may might must to of in on at by for with from into about
		as than then so if or and but because while when where why how what which who whom whose not no nor only just
		very too also some any all each more most other such own same up down out off over under again further
		once s t d m ll re ve im ive id dont cant get got let please`
	wordsGerman = `der die das den dem des ein eine einen einem einer eines ich mich mir mein meine meinen meiner meinem
		meines du dich dir dein deine deinen deiner er ihn ihm sein seine seinen sie ihr ihre ihren ihrem ihrer ihnen es wir
		uns unser unsere unseren und oder aber denn weil wenn als wie was wer wo wann warum wieso weshalb welche welcher
		welches nicht kein keine keinen keiner nichts nie nur auch schon noch sehr so zu zum zur von vom mit bei beim aus
		nach seit vor auf in im ins an am um für über unter durch gegen ohne bis zwischen bin ist sind war waren wird werden
		wurde wurden worden habe haben hat hatte hatten kann können könnte konnte muss müssen soll sollte möchte will würde
		darf dass ob bitte hier dort dann da damit doch mal man mehr immer wieder jetzt gerade etwas alles alle diese dieser
		dieses diesen jede jeder`
	wordsFrench = `le la les un une des du de d l je j me m moi mon ma mes tu te toi ton ta tes il elle on nous
		notre nos vous votre vos ils elles leur leurs lui ce cet cette ces cela ça c s se sa son ses et ou mais donc car ni
		que qu qui quoi dont où quand comment pourquoi combien quel quelle quels quelles lorsque puisque parce ne n non pas
		plus jamais rien très trop aussi si déjà encore toujours alors à au aux en dans sur sous par pour avec sans chez vers
		entre depuis pendant avant après suis es est sommes êtes sont était étaient être été sera serait ai as a avons avez
		ont avait avoir eu aurait fait faire peut peux pouvez puis dois doit devrait y tout toute tous toutes même autre
		là ici voici cependant afin`
	wordsSpanish = `el la los las un una unos unas lo al del de yo me mi mis mí tú te ti tu tus él ella se su sus
		usted ustedes nosotros nos nuestro nuestra nuestros ellos ellas le les este esta esto estos estas ese esa eso esos
		aquel y e o u pero sino aunque porque pues que qué quien quién cual cuál cómo como cuando cuándo cuánto dónde donde
		no ni sí si ya muy más menos también tampoco nunca siempre nada algo a ante en con sin por para según sobre entre
		desde hasta hacia soy es son somos era eran fue fueron ser sido será sería estoy está están estaba estar he ha han
		hemos había haber hay tengo tiene tienen tener puedo puede pueden podría hacer hace debo debe quiero todo toda todos
		todas otro otra mismo cada aquí ahí allí ahora entonces`
	wordsItalian = `il lo la i gli le un uno una l di del dello della dei degli delle a al allo alla ai agli alle da dal
		dallo dalla in nel nello nella nei nelle con su sul sullo sulla per tra fra io mi me mio mia miei mie tu ti te tuo tua
		lui lei si suo sua suoi noi ci ce nostro nostra voi vi vostro loro ne lo e ed o oppure ma però perché che chi cui
		cosa come quando dove quanto quale quali non né più meno anche se già ancora mai sempre molto troppo poco questo questa
		questi queste quello quella quelli sono sei è siamo siete era erano essere stato stata sarà sarebbe ho hai ha abbiamo
		avete hanno aveva avere posso può possono potrei devo deve voglio vorrei fare fa c d un' tutto tutti altro ogni qui
		qua lì ora poi dopo prima senza dentro invece`
	wordsPortuguese = `o a os as um uma uns umas de do da dos das em no na nos nas num numa por pelo pela pelos pelas para
		pra com sem eu me mim meu minha meus minhas tu te você vocês seu sua seus suas ele ela se nós nosso nossa nossos eles
		elas lhe lhes este esta isto estes esse essa isso aquele aquela aquilo e ou mas porém porque pois que quem qual quais
		como quando quanto onde não nem sim já muito mais menos também ainda sempre nunca nada algo à às ao aos sou é são era
		eram foi foram ser sido será seria estou está estão estava estar tenho tem têm tinha ter há havia posso pode podem
		poderia fazer faz devo deve quero gostaria todo toda todos todas outro outra mesmo cada aqui ali lá agora então até
		desde sobre entre depois antes`
	wordsDutch = `de het een ik mij me mijn jij je jouw jullie u uw hij hem zijn zij ze haar wij we ons onze hun hen
		en of maar want omdat als dat die dit deze wat wie waar wanneer waarom hoe welke welk niet geen nooit niets wel ook al
		nog heel zeer te veel meer minder van met bij uit naar voor op in aan om door tot over onder tussen tegen zonder na
		tijdens sinds ben bent is was waren wordt worden werd werden geworden heb hebt heeft hebben had hadden gehad kan kunt
		kunnen kon moet moeten moest mag mogen wil wilt willen zou zouden zal zullen er hier daar dan toen nu steeds altijd
		weer toch even alleen iets alles iemand mijne deze ander andere zelf elke`
	wordsArabic = `في من إلى على عن مع هذا هذه ذلك تلك هؤلاء الذي التي الذين ما ماذا لماذا متى أين كيف كم هل لا لم لن ليس
		ليست ما غير أن إن أنا نحن أنت أنتم هو هي هم كان كانت يكون تكون كنت كل بعض أي أو و ثم لكن ولكن حتى قد لقد سوف إذا لو
		عند عندي عندما عندكم بعد قبل بين حول خلال منذ تحت فوق أمام خلف دون بدون حيث لأن لكي كي بسبب كما مثل أيضا فقط جدا
		هنا هناك الآن لي لك له لها لنا لكم لهم به بها بي فيه فيها منه منها عليه عليها إليه إليها معي معك معه وهو وهي وأنا
		ولا وما وهذا وقد فإن بأن لدي لديكم لدينا يا نعم يوجد توجد يمكن يمكنني أريد اريد أرجو لأني لاني مش مو شو ليش وين انا
		انت الى ان اذا او`
	wordsHebrew = `את של על עם אל מן מ ב ל ה ו ש אני אתה את אנחנו אתם הוא היא הם הן זה זאת זו אלה אלו לא אין יש כן גם רק כל כמו
		או אבל אם כי אז מה מי איך איפה מתי למה מדוע כמה איזה היה היתה הייתה היו יהיה תהיה להיות אשר לי לך לו לה לנו לכם להם
		שלי שלך שלו שלה שלנו שלכם שלהם אותי אותך אותו אותה אותנו אותם בי בו בה בהם עלי עליו ממני ממנו אליי אליכם אלי עד אחרי
		לפני בין תחת מעל ליד בלי ללא בגלל כדי עוד כבר עדיין מאוד מאד יותר פחות תמיד אף פעם שוב עכשיו כאן שם פה הזה הזאת הזו
		האם וגם ולא שלא שזה שהוא שאני כאשר כש אחר אחת אחד צריך רוצה יכול אפשר בבקשה היום כך לכן מאז`
	wordsRussian = `и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее её мне было
		вот от меня еще ещё нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас вам ваш ваша нас нам наш
		мы мой моя мои моего моей себя свой тебя они их им чем ей где есть для эта это этот эти этого этой под при после
		перед через без почему зачем кто который которая которые можно нельзя надо нужно могу может чтобы также очень была
		были будет`
	wordsSwedish = `och i att det som en ett på är av för med till den de har inte om jag mig min mitt mina du dig din vi oss
		vår vårt ni er han hon honom henne man men så vad när var hur varför vem vilken kan ska skall skulle vill måste får
		var varit blir blev blivit hade ha från efter före under över utan mellan mot hos vid ut upp ner här där nu då också
		bara redan mycket mer någon något några ingen inget alla allt denna detta dessa eller eftersom`
	wordsDanish = `og i at det som en et på er af for med til den de har ikke om jeg mig min mit mine du dig din vi os vores
		I jer han hun ham hende man men så hvad når hvor hvordan hvorfor hvem hvilken kan skal skulle vil ville må var været
		bliver blev blevet havde have fra efter før under over uden mellem mod hos ved ud op ned her der nu da også kun
		allerede meget mere nogen noget nogle ingen intet alle alt denne dette disse eller fordi`
	wordsNorwegian = `og i at det som en et ei på er av for med til den de har ikke om jeg meg min mitt mine du deg din vi oss
		vår dere han hun ham henne man men så hva når hvor hvordan hvorfor hvem hvilken kan skal skulle vil ville må var vært
		blir ble blitt hadde ha fra etter før under over uten mellom mot hos ved ut opp ned her der nå da også bare allerede
		mye mer noen noe ingen ingenting alle alt denne dette disse eller fordi`
	wordsFinnish = `ja on ei se että en hän minä sinä me te he minun sinun meidän teidän minulla minulle mutta tai kun jos
		niin kuin mitä mikä missä milloin miksi miten kuka joka jotka ovat oli olivat olla ole ollut olen olet olemme voi voin
		voiko pitää pitäisi haluan vain myös vielä jo nyt sitten tämä tämän tätä tässä tuo nämä ne sitä siitä sen kanssa
		ilman ennen jälkeen koska vaikka eikä enää aina hyvin kaikki mikään`
	wordsTurkish = `ve bir bu da de için ile ne mi mı mu mü ben sen o biz siz onlar benim senin onun bizim sizin bana sana ona
		bize size beni seni onu var yok değil ama fakat veya ya çok daha en kadar gibi sonra önce şimdi neden niçin nasıl
		nerede zaman kim hangi şu her hiç bazı tüm olarak oldu olan olur olduğu ediyorum istiyorum lütfen çünkü eğer ki hala`
	wordsRomanian = `și si de la în in cu pe un o care este sunt nu ce mai am ai are avem au fi fost era din pentru prin
		dar sau că ca dacă când cum unde cine eu tu el ea noi voi ei ele mea meu mele tău sa lui lor îmi mi vă nu se să le
		acest această acesta aceasta aceste acum doar foarte tot toate după până fără între sub peste despre vreau pot poate
		trebuie`
	wordsHungarian = `a az és hogy nem is egy ez azt ezt meg van vannak volt voltak lesz nincs csak már még de ha mert mint
		vagy ki mi mit mikor hol hogyan miért mennyi én te ő mi ti ők engem nekem neked neki nekünk enyém az el fel le be
		itt ott most akkor nagyon minden semmi valami kell lehet tud tudok szeretném kérem után előtt alatt között nélkül`
	wordsKorean = `습니 니다 합니 입니 됩니 해요 세요 어요 아요 네요 는데 에서 으로 하고 하는 있는 있습 없습 않습 않아 않는 이요 저는
		제가 저희 그리 리고 그런 런데 하지 지만 에게 까지 부터 인데 이에 에요 예요 해주 주세 했습 했는 었습 었는 았습 았는 겠습
		려고 면서 니까 어떻 떻게 무엇 언제 어디 이거 그거 저거 것을 것이 것은 수가 수는`
)

// smallHan are the signs of Chinese that build sentences. A pair of them is a function word.
const smallHan = `的了是我你您他她它们這这那有在不没和也都就还還吗嗎呢吧啊把被给給对對要会會能可以上下个個么麼怎什为為因所但如果很请請好为什`
