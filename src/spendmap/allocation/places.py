"""Words for where a company or a shop sits, as suppliers' names and card statements add them.

Pure data. A place never tells two firms of one distinctive name apart; a common word with a place behind it is
anybody's. Names are in the form of `supplier_names.normalised`: lower case, without accents or signs.
"""

from __future__ import annotations

REGIONS = frozenset(
    {"uk", "us", "usa", "eu", "emea", "apac", "latam", "anz", "dach", "europe", "european", "international", "intl"}
    | {"global", "worldwide", "emeia", "nordics", "nordic", "iberia", "benelux", "america", "americas", "asia"}
    | {"pacific", "north", "kingdom", "united", "states", "middle", "east", "africa", "rest", "of", "world"}
)
"""Regions, and the words that regions and countries are made of."""

COUNTRIES = frozenset(
    {"ireland", "germany", "deutschland", "france", "canada", "australia", "japan", "india", "singapore"}
    | {"netherlands", "nederland", "spain", "espana", "italy", "italia", "switzerland", "schweiz", "suisse", "sweden"}
    | {"sverige", "norway", "norge", "denmark", "danmark", "finland", "suomi", "israel", "brasil", "brazil", "mexico"}
    | {"luxembourg", "hong", "kong", "delaware", "austria", "osterreich", "belgium", "belgie", "belgique", "poland"}
    | {"polska", "portugal", "czech", "czechia", "hungary", "romania", "greece", "estonia", "latvia", "lithuania"}
    | {"cyprus", "malta", "iceland", "england", "scotland", "wales", "china", "taiwan", "korea", "korean", "vietnam"}
    | {"thailand", "indonesia", "malaysia", "philippines", "zealand", "new", "south", "argentina", "chile", "colombia"}
    | {
        "peru",
        "uruguay",
        "turkey",
        "turkiye",
        "uae",
        "emirates",
        "arab",
        "saudi",
        "arabia",
        "egypt",
        "nigeria",
        "kenya",
    }
    | {"ukraine", "serbia", "bulgaria", "croatia", "slovenia", "slovakia", "republic", "britain", "great"}
)
"""Countries in English and in their own language, word by word."""

CODES = frozenset(
    {"ca", "gb", "ie", "de", "fr", "nl", "es", "it", "ch", "se", "no", "dk", "fi", "at", "be", "pl", "pt", "cz", "lu"}
    | {"au", "nz", "jp", "in", "sg", "hk", "cn", "kr", "br", "mx", "il", "ae", "za", "irl", "gbr", "deu", "fra", "nld"}
    | {"al", "ak", "az", "ar", "co", "ct", "dc", "fl", "ga", "hi", "id", "ia", "ks", "ky", "la", "me", "md", "ma"}
    | {"mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd", "oh", "ok", "or", "pa", "ri", "sc"}
    | {"sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy", "on", "bc", "qc", "nsw", "vic"}
    | {"california", "washington", "texas", "massachusetts", "oregon", "colorado", "nevada", "florida", "virginia"}
    | {"illinois", "georgia", "ontario", "quebec"}
)
"""Two-letter and three-letter codes of countries, and states and provinces, as card statements end with them."""

_CITIES = """
san francisco; south san francisco; palo alto; mountain view; menlo park; redwood city; san jose; sunnyvale
santa clara; cupertino; oakland; berkeley; san mateo; foster city; fremont; los angeles; santa monica; san diego
irvine; pasadena; sacramento; seattle; bellevue; redmond; kirkland; portland; boise; salt lake city; lehi; provo
draper; denver; boulder; phoenix; scottsdale; tempe; las vegas; austin; dallas; houston; san antonio; plano; chicago
detroit; ann arbor; minneapolis; milwaukee; madison; st louis; kansas city; columbus; cleveland; cincinnati
pittsburgh; philadelphia; new york; new york city; nyc; brooklyn; manhattan; newark; jersey city; hoboken; princeton
boston; cambridge; somerville; waltham; burlington; worcester; providence; hartford; stamford; baltimore; arlington
reston; mclean; herndon; washington; richmond; raleigh; durham; charlotte; atlanta; nashville; miami; tampa; orlando
wilmington; dover; lewes; claymont; middletown; cheyenne; sheridan; toronto; montreal; vancouver; ottawa; waterloo
kitchener; calgary; edmonton; victoria; london; manchester; birmingham; leeds; bristol; oxford; cambridge; edinburgh
glasgow; belfast; cardiff; reading; slough; brighton; liverpool; sheffield; newcastle; nottingham; dublin; dublin 1
dublin 2; dublin 4; cork; galway; limerick; paris; lyon; toulouse; nantes; lille; marseille; bordeaux; grenoble
sophia antipolis; berlin; munich; munchen; hamburg; frankfurt; frankfurt am main; cologne; koln; stuttgart; dusseldorf
leipzig; dresden; hannover; nuremberg; nurnberg; karlsruhe; heidelberg; darmstadt; freiburg; bonn; zurich; geneva
geneve; basel; lausanne; bern; zug; vienna; wien; graz; amsterdam; rotterdam; the hague; den haag; utrecht; eindhoven
delft; brussels; bruxelles; ghent; antwerp; leuven; luxembourg; copenhagen; kobenhavn; aarhus; stockholm; gothenburg
goteborg; malmo; oslo; bergen; helsinki; espoo; tallinn; riga; vilnius; warsaw; warszawa; krakow; wroclaw; gdansk
prague; praha; brno; budapest; bucharest; bucuresti; cluj napoca; sofia; belgrade; zagreb; ljubljana; athens; lisbon
lisboa; porto; madrid; barcelona; valencia; sevilla; malaga; bilbao; milan; milano; rome; roma; turin; torino; bologna
kyiv; istanbul; tel aviv; tel aviv yafo; herzliya; jerusalem; haifa; ramat gan; dubai; abu dhabi; riyadh; cairo; lagos
nairobi; cape town; johannesburg; bangalore; bengaluru; mumbai; delhi; new delhi; gurgaon; gurugram; noida; hyderabad
chennai; pune; kolkata; singapore; hong kong; shanghai; beijing; shenzhen; hangzhou; guangzhou; taipei; seoul; tokyo
osaka; kyoto; sydney; melbourne; brisbane; perth; adelaide; canberra; auckland; wellington; sao paulo; rio de janeiro
mexico city; ciudad de mexico; guadalajara; monterrey; livingston; secaucus; surry hills; moorestown; bogota; medellin
santiago; buenos aires; lima; montevideo; internet; online
"""

CITIES = frozenset(city.strip() for line in _CITIES.strip().splitlines() for city in line.split(";"))
"""Cities where vendors sit or card statements place them; a shop on the internet is placed there."""

LONGEST_CITY = max(len(city.split()) for city in CITIES)
CUT_AT_LEAST = 5  # letters of a city's name that a card statement must leave for it to be known

PLACES = REGIONS | COUNTRIES | CODES
"""Single words for a place that is not a city."""


def is_cut_city(text: str) -> bool:
    """Whether a card statement cut a city's name off here: "south san fra", "mountain vie"."""
    return len(text) >= CUT_AT_LEAST and any(city.startswith(text) for city in CITIES)
