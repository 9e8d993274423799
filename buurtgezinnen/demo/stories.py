"""What coordinators of the demo wrote down, in the tone of the work."""

FIRST_TALK = (
    "Gebeld. De middagen zijn voor moeder het zwaarst. Ze is blij dat er iemand belt.",
    "Gebeld. Vindt het spannend om hulp te vragen, maar is opgelucht dat het kan.",
    "Vader aan de telefoon. Wil graag eerst rustig nadenken over welke dag past.",
    "Gebeld tijdens het koken. Oma woont ver weg, er is verder niemand in de buurt.",
)
SECOND_TALK = (
    "Samen doorgenomen wat belangrijk is: op tijd eten, buiten spelen, weinig scherm.",
    "Kennisgemaakt aan de keukentafel. Ze koken graag en doen later graag iets terug.",
    "Wensen op een rij gezet. Dichtbij is belangrijker dan een vaste dag.",
    "Over verwachtingen: minstens een jaar, en eerlijk zijn als het niet past.",
)
SUPPORT_TALK = (
    "Willen graag klein beginnen: een middag, en dan samen kijken.",
    "Gezin heeft zelf pubers en vindt het fijn als er weer een kleintje rondloopt.",
    "Uitgelegd wat een VOG is en hoe je hem aanvraagt.",
    "Ervaren ouders. Duidelijk over wat kan en wat niet: geen nachten.",
)
NO_ANSWER = "Niet bereikt, later op de dag nog eens proberen."
PAIRING_NOTES = (
    "Gesproken. Thuis tellen ze de nachtjes tot het weer woensdag is.",
    "Even gebeld hoe het gaat. Halen en brengen loopt goed, ook met de regen.",
    "Steungezin vindt het eten soms lastig. Moeder geeft voortaan een tip mee.",
    "Korte update: verjaardag samen gevierd, dat was een succes.",
)
NO_VOG_NEEDED = "Verhuist deze maand en is nooit bij de kinderen."
SPEAKS_FOR_THEM = "Een collega van school"
ONE_REFERENCE_IS_ENOUGH = "Wij kennen dit gezin al jaren van de speeltuin."
CHANGE_REASONS = (
    "Het gaat goed en mag vaker.",
    "Na de proefperiode maken we er een vaste afspraak van.",
    "Moeder heeft een nieuwe baan met andere dagen.",
)
DECLINED = "Steungezin vond de afstand met de bakfiets toch te groot."
NEXT_STEPS = (
    "Bellen hoe de eerste middag ging",
    "Wensen doornemen met vader erbij",
    "Vragen of zaterdag ook kan",
)
UPBRINGING = "Duidelijke regels, samen eten en veel buiten zijn."
REFERRER = {
    "name": "Hanna Receptblad",
    "organisation": "Huisartsen De Pleister",
    "profession": "gp",
    "telephone": "+31200000123",
    "email": "hanna@pleister.example",
}
REFERRED_FOR = "Moeder zoekt een rustige middag voor de kinderen."
STOPS_BECAUSE = "Mijn zus komt dichtbij wonen. Dank je wel."
RECIPROCITY = "Kan goed naaien en helpt graag met het herstellen van kleren."
MOTIVATION = (
    "We hebben het goed en delen dat graag.",
    "Vroeger had ik zelf zo'n plek bij de buren.",
    "Onze kinderen zijn het huis uit en het is hier nu wel erg stil.",
)
END_TEXT = "De kinderen zijn groter en moeder heeft weer meer om op te leunen."
CHILD_TOLD = "Je mag altijd een kaartje sturen en op bezoek komen op je verjaardag."

HOUSE_RULES = """\
Dit spreken alle gezinnen met elkaar af. De regels gelden voor beide gezinnen.

Kom op tijd. Lukt iets niet? Bel dan zo snel mogelijk.

Het kind slaapt alleen bij het steungezin als dat is afgesproken.

Het kind heeft een eigen plek om te slapen. Bij douchen en aankleden is het kind zo \
veel mogelijk zelf de baas.

Slaan, schelden en opsluiten mag nooit. Is er ruzie? Praat er samen over, of bel de \
coördinator.

Roken mag niet waar het kind bij is. Drink geen alcohol als je op het kind past.

In de auto zit het kind in een goed stoeltje, met de gordel om.

Vertel anderen niet wat je over het andere gezin weet. Zet geen foto's van het kind op \
internet zonder dat de ouders dat goed vinden.

De ouders beslissen over school, dokter, geloof en eten. Geef een medicijn alleen als \
dat is afgesproken.

Gezinnen lenen elkaar geen geld. Steun is gratis. Uitjes hoeven niets te kosten; wie \
wat betaalt, spreek je van tevoren af.

Is er een ongeluk gebeurd, of is het kind ziek? Bel eerst 112 als het nodig is, en dan \
meteen de ouders.

Maak je je zorgen over een kind? Bel je coördinator, ook als je twijfelt.

Je kunt altijd stoppen. Zeg het dan tegen je coördinator. Samen zorgen we voor een \
goed afscheid voor het kind."""

WANTS_MORE = "Graag ook een keer blijven slapen in het weekend."
WANTS_LESS = "Het is druk op mijn werk. Om de week zou mij beter passen."
CHILD_VOICE = "De konijnen zijn het leukst."
PAUSE_REASON = "Verhuizing van het steungezin."
FELL_OUT_REASON = "Het kind is verkouden en blijft thuis."
EXTRA_VISIT = "Verjaardag van de dochter van het steungezin, het was feest."
EXCEPTION_REASON = "Op woensdag is er een feest op school."
WHAT_RUBS = "Het ophalen gaat vaak te laat. Het steungezin vindt dat lastig."
RUBS_CHILD_TOLD = "We praten samen over het ophalen. Jij hebt niets fout gedaan."
TALK_ABOUT_IT = (
    "Ze willen graag doorgaan. Een vaste tijd, en een bericht als het later wordt."
)
