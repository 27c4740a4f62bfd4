"""Agreements and unilateral schemes in force: our own compilation of published dates.

It holds what the World Bank's list of 2016 cannot: later agreements, dates, the United States'
programmes with the symbols of its tariff schedule, and schemes without reciprocity. A known
agreement whose rates are not in hand makes a duty a gap, so an agreement left out matters more than
a date that is some days off. Beneficiary lists of unilateral schemes are not among the sources:
every economy that may be on one is a member with `confirmed` false.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pact:
    """An agreement between two sides; every economy of one with every economy of the other.

    Attributes:
        code: short code, unique per programme (several entries may share it).
        name: short English name.
        side_a: codes separated by spaces.
        side_b: codes separated by spaces; "" for an agreement among the members of side_a.
        start: first day in force, ISO date, or "".
        end: last day in force, or "".
        symbol: the programme's symbol in the United States tariff schedule, or "".
    """

    code: str
    name: str
    side_a: str
    side_b: str
    start: str
    end: str = ""
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Preferences that importers grant without any in return (or column 2, the reverse).

    Attributes:
        code: short code.
        name: short English name.
        importers: codes separated by spaces.
        partners: codes separated by spaces.
        start: first day in force, ISO date, or "".
        end: last day in force, or "".
        symbols: symbols in the United States tariff schedule, separated by spaces.
        confirmed: whether the partners are known to benefit.
        kind: "unilateral" or "column2".
    """

    code: str
    name: str
    importers: str
    partners: str
    start: str
    end: str = ""
    symbols: str = ""
    confirmed: bool = False
    kind: str = "unilateral"


_EFTA = "CHE ISL LIE NOR"
_CARIFORUM = "ATG BHS BLZ BRB DMA DOM GRD GUY JAM KNA LCA SUR TTO VCT"
_MERCOSUR = "ARG BRA PRY URY"

PACTS = (
    # United States
    Pact("USMCA", "USMCA", "USA CAN MEX", "", "2020-07-01", symbol="S"),
    Pact("NAFTA", "NAFTA", "USA CAN MEX", "", "1994-01-01", "2020-06-30"),
    Pact("USA-AUS", "United States - Australia", "USA", "AUS", "2005-01-01", symbol="AU"),
    Pact("USA-BHR", "United States - Bahrain", "USA", "BHR", "2006-08-01", symbol="BH"),
    Pact("USA-CHL", "United States - Chile", "USA", "CHL", "2004-01-01", symbol="CL"),
    Pact("USA-COL", "United States - Colombia", "USA", "COL", "2012-05-15", symbol="CO"),
    Pact("USA-ISR", "United States - Israel", "USA", "ISR", "1985-09-01", symbol="IL"),
    Pact("USA-JOR", "United States - Jordan", "USA", "JOR", "2001-12-17", symbol="JO"),
    Pact("USA-JPN", "United States - Japan", "USA", "JPN", "2020-01-01", symbol="JP"),
    Pact("USA-KOR", "United States - Korea", "USA", "KOR", "2012-03-15", symbol="KR"),
    Pact("USA-MAR", "United States - Morocco", "USA", "MAR", "2006-01-01", symbol="MA"),
    Pact("USA-OMN", "United States - Oman", "USA", "OMN", "2009-01-01", symbol="OM"),
    Pact("USA-PAN", "United States - Panama", "USA", "PAN", "2012-10-31", symbol="PA"),
    Pact("USA-PER", "United States - Peru", "USA", "PER", "2009-02-01", symbol="PE"),
    Pact("USA-SGP", "United States - Singapore", "USA", "SGP", "2004-01-01", symbol="SG"),
    Pact("CAFTA-DR", "CAFTA-DR", "USA", "SLV", "2006-03-01", symbol="P"),
    Pact("CAFTA-DR", "CAFTA-DR", "USA SLV", "HND NIC", "2006-04-01", symbol="P"),
    Pact("CAFTA-DR", "CAFTA-DR", "USA SLV HND NIC", "GTM", "2006-07-01", symbol="P"),
    Pact("CAFTA-DR", "CAFTA-DR", "USA SLV HND NIC GTM", "DOM", "2007-03-01", symbol="P"),
    Pact("CAFTA-DR", "CAFTA-DR", "USA SLV HND NIC GTM DOM", "CRI", "2009-01-01", symbol="P"),
    # Pacific Rim
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP", "", "2018-12-30"),
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP", "VNM", "2019-01-14"),
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP VNM", "PER", "2021-09-19"),
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP VNM PER", "MYS", "2022-11-29"),
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP VNM PER MYS", "CHL", "2023-02-21"),
    Pact("CPTPP", "CPTPP", "AUS CAN JPN MEX NZL SGP VNM PER MYS CHL", "BRN", "2023-07-12"),
    Pact("CPTPP", "CPTPP", "BRN CHL JPN MYS NZL PER SGP VNM", "GBR", "2024-12-15"),
    Pact("CPTPP", "CPTPP", "AUS", "GBR", "2024-12-24"),
    Pact("RCEP", "RCEP", "AUS BRN CHN JPN KHM LAO NZL SGP THA VNM", "", "2022-01-01"),
    Pact("RCEP", "RCEP", "AUS BRN CHN JPN KHM LAO NZL SGP THA VNM", "KOR", "2022-02-01"),
    Pact("RCEP", "RCEP", "AUS BRN CHN JPN KHM LAO NZL SGP THA VNM KOR", "MYS", "2022-03-18"),
    Pact("RCEP", "RCEP", "AUS BRN CHN JPN KHM LAO NZL SGP THA VNM KOR MYS", "IDN", "2023-01-02"),
    Pact(
        "RCEP", "RCEP", "AUS BRN CHN JPN KHM LAO NZL SGP THA VNM KOR MYS IDN", "PHL", "2023-06-02"
    ),
    Pact("AUS-PER", "Australia - Peru", "AUS", "PER", "2020-02-11"),
    Pact("AUS-HKG", "Australia - Hong Kong", "AUS", "HKG", "2020-01-17"),
    Pact("AUS-IDN", "Australia - Indonesia", "AUS", "IDN", "2020-07-05"),
    Pact("AUS-IND", "Australia - India", "AUS", "IND", "2022-12-29"),
    Pact("AUS-ARE", "Australia - United Arab Emirates", "AUS", "ARE", "2025-10-01"),
    Pact("AUS-GBR", "Australia - United Kingdom", "AUS", "GBR", "2023-05-31"),
    Pact("NZL-GBR", "New Zealand - United Kingdom", "NZL", "GBR", "2023-05-31"),
    Pact("NZL-ARE", "New Zealand - United Arab Emirates", "NZL", "ARE", "2025-08-28"),
    Pact("PACER-PLUS", "PACER Plus", "AUS NZL COK KIR NIU SLB TON WSM", "", "2020-12-13"),
    Pact("PACER-PLUS", "PACER Plus", "AUS NZL COK KIR NIU SLB TON WSM", "TUV", "2022-05-01"),
    Pact("PACER-PLUS", "PACER Plus", "AUS NZL COK KIR NIU SLB TON WSM TUV", "VUT", "2022-10-11"),
    Pact(
        "ASEAN-HKG",
        "ASEAN - Hong Kong",
        "BRN IDN KHM LAO MMR MYS PHL SGP THA VNM",
        "HKG",
        "2019-06-11",
    ),
    Pact("CHL-IDN", "Chile - Indonesia", "CHL", "IDN", "2019-08-10"),
    Pact("CHL-THA", "Chile - Thailand", "CHL", "THA", "2015-11-05"),
    Pact("SGP-LKA", "Singapore - Sri Lanka", "SGP", "LKA", "2018-05-01"),
    Pact("SGP-TUR", "Singapore - Türkiye", "SGP", "TUR", "2017-10-01"),
    Pact("MYS-TUR", "Malaysia - Türkiye", "MYS", "TUR", "2015-08-01"),
    # China
    Pact("CHN-GEO", "China - Georgia", "CHN", "GEO", "2018-01-01"),
    Pact("CHN-MUS", "China - Mauritius", "CHN", "MUS", "2021-01-01"),
    Pact("CHN-KHM", "China - Cambodia", "CHN", "KHM", "2022-01-01"),
    Pact("CHN-NIC", "China - Nicaragua", "CHN", "NIC", "2024-01-01"),
    Pact("CHN-ECU", "China - Ecuador", "CHN", "ECU", "2024-05-01"),
    Pact("CHN-SRB", "China - Serbia", "CHN", "SRB", "2024-07-01"),
    Pact("CHN-MDV", "China - Maldives", "CHN", "MDV", "2025-01-01"),
    Pact("CHN-MAC-HKG", "Hong Kong - Macao", "HKG", "MAC", "2017-10-27"),
    Pact("HKG-GEO", "Hong Kong - Georgia", "HKG", "GEO", "2019-02-13"),
    # Korea
    Pact("KOR-VNM", "Korea - Viet Nam", "KOR", "VNM", "2015-12-20"),
    Pact("KOR-CENTRAL-AMERICA", "Korea - Central America", "KOR", "HND NIC", "2019-10-01"),
    Pact("KOR-CENTRAL-AMERICA", "Korea - Central America", "KOR", "CRI", "2019-11-01"),
    Pact("KOR-CENTRAL-AMERICA", "Korea - Central America", "KOR", "SLV", "2020-01-01"),
    Pact("KOR-CENTRAL-AMERICA", "Korea - Central America", "KOR", "PAN", "2021-03-01"),
    Pact("KOR-GBR", "Korea - United Kingdom", "KOR", "GBR", "2021-01-01"),
    Pact("KOR-ISR", "Korea - Israel", "KOR", "ISR", "2022-12-01"),
    Pact("KOR-KHM", "Korea - Cambodia", "KOR", "KHM", "2022-12-01"),
    Pact("KOR-IDN", "Korea - Indonesia", "KOR", "IDN", "2023-01-01"),
    Pact("KOR-PHL", "Korea - Philippines", "KOR", "PHL", "2024-12-31"),
    # Japan
    Pact("JPN-VNM", "Japan - Viet Nam", "JPN", "VNM", "2009-10-01"),
    # European Union
    Pact("EU-SADC", "EU - SADC EPA", "EU27", "BWA LSO NAM SWZ ZAF", "2016-10-10"),
    Pact("EU-SADC", "EU - SADC EPA", "EU27", "MOZ", "2018-02-04"),
    Pact("EU-GHA", "EU - Ghana", "EU27", "GHA", "2016-12-15"),
    Pact("EU-ECU", "EU - Ecuador", "EU27", "ECU", "2017-01-01"),
    Pact("CETA", "EU - Canada (CETA)", "EU27", "CAN", "2017-09-21"),
    Pact("EU-WSM", "EU - Samoa", "EU27", "WSM", "2018-12-31"),
    Pact("EU-JPN", "EU - Japan", "EU27", "JPN", "2019-02-01"),
    Pact("EU-COM", "EU - Comoros", "EU27", "COM", "2019-02-07"),
    Pact("EU-SGP", "EU - Singapore", "EU27", "SGP", "2019-11-21"),
    Pact("EU-SLB", "EU - Solomon Islands", "EU27", "SLB", "2020-05-17"),
    Pact("EU-VNM", "EU - Viet Nam", "EU27", "VNM", "2020-08-01"),
    Pact("EU-GBR", "EU - United Kingdom (TCA)", "EU27", "GBR", "2021-01-01"),
    Pact("EU-NZL", "EU - New Zealand", "EU27", "NZL", "2024-05-01"),
    Pact("EU-KEN", "EU - Kenya", "EU27", "KEN", "2024-07-01"),
    # United Kingdom
    Pact("GBR-JPN", "United Kingdom - Japan", "GBR", "JPN", "2021-01-01"),
    Pact("GBR-CAN", "United Kingdom - Canada", "GBR", "CAN", "2021-04-01"),
    Pact("GBR-MEX", "United Kingdom - Mexico", "GBR", "MEX", "2021-06-01"),
    Pact("GBR-CHE", "United Kingdom - Switzerland", "GBR", "CHE LIE", "2021-01-01"),
    Pact("GBR-EEA-EFTA", "United Kingdom - Norway, Iceland", "GBR", "NOR ISL", "2021-01-01"),
    Pact("GBR-SGP", "United Kingdom - Singapore", "GBR", "SGP", "2021-01-01"),
    Pact("GBR-VNM", "United Kingdom - Viet Nam", "GBR", "VNM", "2021-01-01"),
    Pact("GBR-TUR", "United Kingdom - Türkiye", "GBR", "TUR", "2021-01-01"),
    Pact("GBR-CHL", "United Kingdom - Chile", "GBR", "CHL", "2021-01-01"),
    Pact("GBR-ANDEAN", "United Kingdom - Andean countries", "GBR", "COL ECU PER", "2021-01-01"),
    Pact(
        "GBR-CENTRAL-AMERICA",
        "United Kingdom - Central America",
        "GBR",
        "CRI GTM HND NIC PAN SLV",
        "2021-01-01",
    ),
    Pact("GBR-CARIFORUM", "United Kingdom - CARIFORUM", "GBR", _CARIFORUM, "2021-01-01"),
    Pact(
        "GBR-SACUM",
        "United Kingdom - SACU and Mozambique",
        "GBR",
        "BWA LSO MOZ NAM SWZ ZAF",
        "2021-01-01",
    ),
    Pact(
        "GBR-ESA",
        "United Kingdom - Eastern and Southern Africa",
        "GBR",
        "MUS SYC ZWE",
        "2021-01-01",
    ),
    Pact("GBR-KEN", "United Kingdom - Kenya", "GBR", "KEN", "2021-01-01"),
    Pact("GBR-GHA", "United Kingdom - Ghana", "GBR", "GHA", "2021-03-05"),
    Pact("GBR-CIV", "United Kingdom - Côte d'Ivoire", "GBR", "CIV", "2021-01-01"),
    Pact("GBR-CMR", "United Kingdom - Cameroon", "GBR", "CMR", "2021-01-01"),
    Pact(
        "GBR-MEDITERRANEAN",
        "United Kingdom - Mediterranean partners",
        "GBR",
        "EGY ISR JOR LBN MAR PSE TUN",
        "2021-01-01",
    ),
    Pact(
        "GBR-EAST", "United Kingdom - Georgia, Moldova, Ukraine", "GBR", "GEO MDA UKR", "2021-01-01"
    ),
    Pact("GBR-BALKANS", "United Kingdom - Western Balkans", "GBR", "MKD", "2021-01-01"),
    Pact("GBR-BALKANS", "United Kingdom - Western Balkans", "GBR", "ALB", "2021-05-03"),
    Pact("GBR-BALKANS", "United Kingdom - Western Balkans", "GBR", "SRB", "2021-05-20"),
    Pact("GBR-BALKANS", "United Kingdom - Western Balkans", "GBR", "MNE", "2021-09-20"),
    Pact("GBR-FRO", "United Kingdom - Faroe Islands", "GBR", "FRO", "2021-01-01"),
    Pact("GBR-PACIFIC", "United Kingdom - Pacific states", "GBR", "FJI PNG SLB WSM", "2021-01-01"),
    # EFTA
    Pact("EFTA-GCC", "EFTA - Gulf Cooperation Council", _EFTA, "GCC", "2014-07-01"),
    Pact("EFTA-GEO", "EFTA - Georgia", _EFTA, "GEO", "2017-09-01"),
    Pact("EFTA-PHL", "EFTA - Philippines", _EFTA, "PHL", "2018-06-01"),
    Pact("EFTA-ECU", "EFTA - Ecuador", _EFTA, "ECU", "2020-11-01"),
    Pact("EFTA-IDN", "EFTA - Indonesia", _EFTA, "IDN", "2021-11-01"),
    Pact("EFTA-MDA", "EFTA - Moldova", _EFTA, "MDA", "2024-09-01"),
    Pact("EFTA-IND", "EFTA - India", _EFTA, "IND", "2025-10-01"),
    # India, Gulf, Eurasia
    Pact("IND-MUS", "India - Mauritius", "IND", "MUS", "2021-04-01"),
    Pact("IND-ARE", "India - United Arab Emirates", "IND", "ARE", "2022-05-01"),
    Pact("ARE-ISR", "United Arab Emirates - Israel", "ARE", "ISR", "2023-04-01"),
    Pact("ARE-TUR", "United Arab Emirates - Türkiye", "ARE", "TUR", "2023-09-01"),
    Pact("ARE-IDN", "United Arab Emirates - Indonesia", "ARE", "IDN", "2023-09-01"),
    Pact("ARE-KHM", "United Arab Emirates - Cambodia", "ARE", "KHM", "2024-01-31"),
    Pact("ARE-GEO", "United Arab Emirates - Georgia", "ARE", "GEO", "2024-06-27"),
    Pact("EAEU-VNM", "EAEU - Viet Nam", "EAEU", "VNM", "2016-10-05"),
    Pact("EAEU-IRN", "EAEU - Iran", "EAEU", "IRN", "2019-10-27"),
    Pact("EAEU-SRB", "EAEU - Serbia", "EAEU", "SRB", "2021-07-10"),
    Pact("CAN-UKR", "Canada - Ukraine", "CAN", "UKR", "2017-08-01"),
    Pact("ISR-UKR", "Israel - Ukraine", "ISR", "UKR", "2021-01-01"),
    # South America
    Pact("MERCOSUR-CHL", "MERCOSUR - Chile", _MERCOSUR, "CHL", "1996-10-01"),
    Pact("MERCOSUR-BOL", "MERCOSUR - Bolivia", _MERCOSUR, "BOL", "1997-02-28"),
    Pact("MERCOSUR-ANDEAN", "MERCOSUR - Colombia, Ecuador", _MERCOSUR, "COL ECU", "2005-02-01"),
    Pact("MERCOSUR-PER", "MERCOSUR - Peru", _MERCOSUR, "PER", "2006-01-02"),
    Pact("MERCOSUR-ISR", "MERCOSUR - Israel", _MERCOSUR, "ISR", "2010-04-03"),
    Pact("MERCOSUR-EGY", "MERCOSUR - Egypt", _MERCOSUR, "EGY", "2017-09-01"),
)

_LEAST_DEVELOPED = (
    "AFG AGO BDI BEN BFA BGD BTN CAF COD COM DJI ERI ETH GIN GMB GNB HTI KHM KIR LAO LBR LSO MDG "
    "MLI MMR MOZ MRT MWI NER NPL RWA SDN SEN SLB SLE SOM SSD STP TCD TGO TLS TUV TZA UGA YEM ZMB"
)
_SUB_SAHARAN = (
    "AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV DJI ERI ETH GAB GHA GIN GMB GNB GNQ KEN LBR "
    "LSO MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD STP SWZ SYC TCD TGO TZA UGA "
    "ZAF ZMB ZWE"
)
_CARIBBEAN = "ABW AIA ATG BHS BLZ BRB CUW CYM DMA GRD GUY HTI JAM KNA LCA MSR SUR TCA TTO VCT VGB"
_OTHER_GSP = (
    "AFG ALB ARG ARM AZE BIH BLZ BOL BRA BTN DMA DZA ECU EGY FJI GEO GRD GUY HTI IDN IRQ JAM JOR "
    "KAZ KGZ KHM KIR LBN LCA LKA MDA MDV MKD MMR MNE MNG NPL PAK PHL PNG PRY PSE SLB SRB SUR THA "
    "TLS TON TUN TUV UKR UZB VCT VUT WSM YEM"
)

SCHEMES = (
    Scheme(
        "US-COLUMN-2",
        "United States column 2 rates",
        "USA",
        "CUB PRK",
        "",
        confirmed=True,
        kind="column2",
    ),
    Scheme(
        "US-COLUMN-2",
        "United States column 2 rates",
        "USA",
        "BLR RUS",
        "2022-04-09",
        confirmed=True,
        kind="column2",
    ),
    Scheme(
        "US-GSP",
        "Generalized System of Preferences (United States)",
        "USA",
        _OTHER_GSP,
        "1976-01-01",
        "2020-12-31",
        "A A+ A*",
    ),
    # African beneficiaries kept the GSP lines for as long as AGOA lasted.
    Scheme(
        "US-GSP",
        "Generalized System of Preferences (United States)",
        "USA",
        _SUB_SAHARAN,
        "1976-01-01",
        "2025-09-30",
        "A A+ A*",
    ),
    Scheme(
        "AGOA",
        "African Growth and Opportunity Act (United States)",
        "USA",
        _SUB_SAHARAN,
        "2000-10-02",
        "2025-09-30",
        "D",
    ),
    Scheme(
        "CBERA",
        "Caribbean Basin Economic Recovery Act (United States)",
        "USA",
        _CARIBBEAN,
        "1984-01-01",
        "",
        "E E*",
    ),
    Scheme(
        "CBTPA",
        "Caribbean Basin Trade Partnership Act (United States)",
        "USA",
        _CARIBBEAN,
        "2000-10-02",
        "2030-09-30",
        "R",
    ),
    Scheme(
        "US-NPL",
        "Nepal preference programme (United States)",
        "USA",
        "NPL",
        "2016-12-30",
        "2025-12-31",
        "NP",
        confirmed=True,
    ),
    Scheme("US-INSULAR", "United States insular possessions", "USA", "ASM GUM MNP", ""),
    Scheme("EU-EBA", "Everything But Arms (EU)", "EU27", _LEAST_DEVELOPED, "2001-03-05"),
    Scheme(
        "EU-GSP",
        "Generalised Scheme of Preferences (EU)",
        "EU27",
        "BOL COG COK CPV FSM IDN IND KEN KGZ LKA MNG NGA NIU PAK PHL SYR TJK UZB VUT WSM",
        "",
    ),
    Scheme(
        "GBR-DCTS",
        "Developing Countries Trading Scheme (United Kingdom)",
        "GBR",
        f"{_LEAST_DEVELOPED} BOL COG COK CPV DZA FSM IDN IND KGZ LKA MNG NGA NIU PAK PHL SYR TJK "
        "UZB VUT",
        "",
    ),
    Scheme("JPN-LDC", "Least developed countries (Japan)", "JPN", _LEAST_DEVELOPED, ""),
    Scheme("CAN-LDC", "Least developed country tariff (Canada)", "CAN", _LEAST_DEVELOPED, ""),
    Scheme("AUS-LDC", "Least developed countries (Australia)", "AUS", _LEAST_DEVELOPED, ""),
    Scheme("NZL-LDC", "Least developed countries (New Zealand)", "NZL", _LEAST_DEVELOPED, ""),
    Scheme("KOR-LDC", "Least developed countries (Korea)", "KOR", _LEAST_DEVELOPED, ""),
    Scheme("CHN-LDC", "Least developed countries (China)", "CHN", _LEAST_DEVELOPED, ""),
    Scheme(
        "IND-LDC",
        "Duty-free scheme for least developed countries (India)",
        "IND",
        _LEAST_DEVELOPED,
        "",
    ),
    Scheme("CHE-LDC", "Least developed countries (Switzerland)", "CHE", _LEAST_DEVELOPED, ""),
    Scheme("NOR-LDC", "Least developed countries (Norway)", "NOR", _LEAST_DEVELOPED, ""),
)

GROUPINGS: dict[str, tuple[str, str]] = {
    "ASEAN": ("Association of Southeast Asian Nations", "BRN IDN KHM LAO MMR MYS PHL SGP THA VNM"),
    "CPTPP": ("CPTPP members", "AUS BRN CAN CHL GBR JPN MEX MYS NZL PER SGP VNM"),
    "EFTA": ("European Free Trade Association", _EFTA),
    "G7": ("Group of Seven", "CAN DEU FRA GBR ITA JPN USA"),
    "IPEF": (
        "Indo-Pacific Economic Framework",
        "AUS BRN FJI IDN IND JPN KOR MYS NZL PHL SGP THA USA VNM",
    ),
    "LDC": ("Least developed countries", _LEAST_DEVELOPED),
    "MERCOSUR": ("MERCOSUR", _MERCOSUR),
    "RCEP": ("RCEP members", "AUS BRN CHN IDN JPN KHM KOR LAO MMR MYS NZL PHL SGP THA VNM"),
    "USMCA": ("USMCA members", "CAN MEX USA"),
}
"""Groupings that are no customs territory: code -> (name, members)."""
