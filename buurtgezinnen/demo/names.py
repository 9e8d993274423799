"""Names that are plainly invented: most mean "made up" in one language or another."""

REQUEST_SURNAMES = (
    "Van Papier", "El Khayali", "De Verzinner", "Hayaloğlu", "Droomstra",
    "Zmyślony", "Van Nergens", "Vyhadka", "Kalpanapersad", "Fabelman",
    "Ben Hikaya", "Sprookjema", "Sheekaale", "De Gedachte", "Masalcı",
    "Luchtkasteel", "Hasabay", "Wolkema", "Inventado", "Niemandsma",
    "Aït Misal", "Bedachtsma", "Bajkowska", "Van Zomaar", "Khiyalpour",
    "Schijnstra", "Rüyacı", "Verhalen", "Fantasia", "Proefman",
    "Mriyenko", "Maanhuis", "Al Wahmi", "Kabouterbos", "Khayalan",
    "Zonneveer", "Düşünür", "Van Testeren", "Kazkova", "Regenboogh",
)  # fmt: skip

SUPPORT_SURNAMES = (
    "Van der Fabel", "Voorbeeldstra", "El Misali", "Fluisterwoud", "Makebelieve",
    "Hayalsever", "Van Verzinsel", "Wymyślska", "Erdacht", "Bladzijde",
    "Sapnasing", "Dichtersma", "Ben Khayal", "Van Inkt", "Kazkovenko",
    "Strikjes", "Immaginario", "De Kroonluchter", "Masalsever", "Pennestra",
    "Zeepbel", "Xu-Gou", "Vlinderman", "Van Ooit", "Kleurpotlood",
    "Asnawi-Dongeng", "Tussendoor", "Al Hakaya", "Boterbloem", "Ficțescu",
    "Van Mazzel", "Warmoes", "Pindakaasma", "Nergensthuis", "Theekrans",
    "Bajkowski", "Klaverblad", "De Wachtkamer", "Oneindigh", "Van Sokken",
    "Maatjes", "Rüyalı", "Zandkasteel", "Pannenkoeksma", "Lantaarn",
    "Fietsbel", "Van Morgen", "Krentenbol", "Sheekafe", "Duizendpoot",
    "Waslijn", "De Brug", "Knikkerman", "Van Gisteren", "Limonade",
    "Puzzelstra", "Stoepkrijt", "Vertelsel", "Hagelslag", "Van Altijd",
    "Tovenaer", "Bakfietsma", "Kompas", "Slinger", "De Vogelkooi",
    "Paraplu", "Van Hier", "Zwemvest", "Schommel", "Wasknijper",
)  # fmt: skip
PARENTS = (
    "Amira", "Sanne", "Fatima", "Karin", "Joanna", "Elif", "Oksana", "Priya",
    "Selam", "Marloes", "Nadia", "Hodan", "Wendy", "Leila", "Iris", "Samira",
    "Bas", "Youssef", "Tomasz", "Mehmet", "Ruben", "Andriy", "Jeroen", "Hamza",
    "Sjoerd", "Dewi", "Thijs", "Aziz", "Margriet", "Bilal", "Els", "Ping",
)  # fmt: skip
CHILDREN = (
    "Noor", "Sem", "Yara", "Milan", "Zofia", "Kerem", "Danylo", "Asha", "Luuk",
    "Amal", "Bodhi", "Liv", "Adam", "Fenna", "Yusuf", "Maja", "Teun", "Salma",
    "Jip", "Elif", "Otis", "Nina", "Sami", "Roos", "Idris", "Mila", "Finn",
    "Hanna", "Ravi", "Saar", "Omar", "Lotte", "Nour", "Pim", "Ayla", "Guus",
)  # fmt: skip
