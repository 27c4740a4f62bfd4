"""What sources call economies -> our codes: numbers, letters and names.

Numbers are those of ISO 3166 and, where they differ, of UN Comtrade and CEPII BACI, WTO and WITS;
letters are ISO 3166; United States sources use the numbers of the Census Bureau's Schedule C.
Sources that list France's overseas departments or Svalbard apart are added to France and Norway,
as BACI and Comtrade do.
"""

import re
import unicodedata
from functools import cache

from workbench.model.economies_table import CUSTOMS_TERRITORIES, ECONOMIES
from workbench.tradedata.codes import ECONOMY_IDS

WORLD_NAMES = frozenset(
    {"world", "world total", "all countries", "total all countries", "total for all countries"}
)

# Economy = ISO 3166 alpha-2, Schedule C number (where the United States lists it).
_LETTERS_AND_SCHEDULE_C = """
    ABW=AW2779 AFG=AF5310 AGO=AO7620 AIA=AI2481 ALB=AL4810 AND=AD4271 ARE=AE5200 ARG=AR3570
    ARM=AM4631 ASM=AS9510 ATF=TF7905 ATG=AG2484 AUS=AU6021 AUT=AT4330 AZE=AZ4632 BDI=BI7670
    BEL=BE4231 BEN=BJ7610 BES=BQ BFA=BF7600 BGD=BD5380 BGR=BG4870 BHR=BH5250 BHS=BS2360
    BIH=BA4793 BLM=BL BLR=BY4622 BLZ=BZ2080 BMU=BM2320 BOL=BO3350 BRA=BR3510 BRB=BB2720
    BRN=BN5610 BTN=BT5682 BWA=BW7930 CAF=CF7540 CAN=CA1220 CCK=CC6023 CHE=CH4419 CHL=CL3370
    CHN=CN5700 CIV=CI7480 CMR=CM7420 COD=CD7660 COG=CG7630 COK=CK6142 COL=CO3010 COM=KM7890
    CPV=CV7643 CRI=CR2230 CUB=CU2390 CUW=CW2777 CXR=CX6024 CYM=KY2440 CYP=CY4910 CZE=CZ4351
    DEU=DE4280 DJI=DJ7770 DMA=DM2486 DNK=DK4099 DOM=DO2470 DZA=DZ7210 ECU=EC3310 EGY=EG7290
    ERI=ER7741 ESP=ES4700 EST=EE4470 ETH=ET7749 FIN=FI4050 FJI=FJ6863 FLK=FK3720 FRA=FR4279
    FRO=FO4091 FSM=FM6820 GAB=GA7550 GBR=GB4120 GEO=GE4633 GHA=GH7490 GIB=GI4720 GIN=GN7460
    GMB=GM7500 GNB=GW7642 GNQ=GQ7380 GRC=GR4840 GRD=GD2489 GRL=GL1010 GTM=GT2050 GUM=GU9350
    GUY=GY3120 HKG=HK5820 HND=HN2150 HRV=HR4791 HTI=HT2450 HUN=HU4370 IDN=ID5600 IND=IN5330
    IOT=IO7810 IRL=IE4190 IRN=IR5070 IRQ=IQ5050 ISL=IS4000 ISR=IL5081 ITA=IT4759 JAM=JM2410
    JOR=JO5110 JPN=JP5880 KAZ=KZ4634 KEN=KE7790 KGZ=KG4635 KHM=KH5550 KIR=KI6226 KNA=KN2483
    KOR=KR5800 KWT=KW5130 LAO=LA5530 LBN=LB5040 LBR=LR7650 LBY=LY7250 LCA=LC2487 LIE=LI4411
    LKA=LK5420 LSO=LS7990 LTU=LT4510 LUX=LU4239 LVA=LV4490 MAC=MO5660 MAR=MA7140 MCO=MC4272
    MDA=MD4641 MDG=MG7880 MDV=MV5683 MEX=MX2010 MHL=MH6810 MKD=MK4794 MLI=ML7450 MLT=MT4730
    MMR=MM5460 MNE=ME4804 MNG=MN5740 MNP=MP9610 MOZ=MZ7870 MRT=MR7410 MSR=MS2485 MUS=MU7850
    MWI=MW7970 MYS=MY5570 MYT=YT7881 NAM=NA7920 NCL=NC6412 NER=NE7510 NFK=NF6022 NGA=NG7530
    NIC=NI2190 NIU=NU6144 NLD=NL4210 NOR=NO4039 NPL=NP5360 NRU=NR6862 NZL=NZ6141 OMN=OM5230
    PAK=PK5350 PAN=PA2250 PCN=PN6225 PER=PE3330 PHL=PH5650 PLW=PW6830 PNG=PG6040 POL=PL4550
    PRK=KP5790 PRT=PT4710 PRY=PY3530 PSE=PS PYF=PF6414 QAT=QA5180 ROU=RO4850 RUS=RU4621
    RWA=RW7690 SAU=SA5170 SDN=SD7321 SEN=SN7440 SGP=SG5590 SHN=SH7580 SLB=SB6223 SLE=SL7470
    SLV=SV2110 SMR=SM4751 SOM=SO7700 SPM=PM1610 SRB=RS4801 SSD=SS7323 STP=ST7644 SUR=SR3150
    SVK=SK4359 SVN=SI4792 SWE=SE4010 SWZ=SZ7950 SXM=SX2774 SYC=SC7800 SYR=SY5020 TCA=TC2430
    TCD=TD7560 TGO=TG7520 THA=TH5490 TJK=TJ4642 TKL=TK6143 TKM=TM4643 TLS=TL5601 TON=TO6864
    TTO=TT2740 TUN=TN7230 TUR=TR4890 TUV=TV6227 TWN=TW5830 TZA=TZ7830 UGA=UG7780 UKR=UA4623
    URY=UY3550 USA=US1000 UZB=UZ4644 VAT=VA4752 VCT=VC2488 VEN=VE3070 VGB=VG2482 VNM=VN5520
    VUT=VU6224 WLF=WF6413 WSM=WS6150 YEM=YE5210 ZAF=ZA7910 ZMB=ZM7940 ZWE=ZW7960
"""

# Numbers of Comtrade and BACI that are not ISO's. 58, 280 and 736 are of dissolved states.
_OTHER_NUMBERS = {
    842: "USA",
    841: "USA",
    251: "FRA",
    757: "CHE",
    579: "NOR",
    699: "IND",
    490: "TWN",
    58: "BEL",
    280: "DEU",
    736: "SDN",
    97: "EU27",
    918: "EU27",
}
DISSOLVED = frozenset({58, 280, 736})

_OTHER_SCHEDULE_C = {
    2831: "FRA",
    2839: "FRA",
    3170: "FRA",
    7904: "FRA",
    4031: "NOR",
    5082: "PSE",
    5083: "PSE",
}

_OTHER_LETTERS = {
    "S19": "TWN",
    "ROM": "ROU",
    "ZAR": "COD",
    "TMP": "TLS",
    "EUN": "EU27",
    "EU": "EU27",
    "EU28": "EU27",
    "UK": "GBR",
    "EL": "GRC",
}

_OTHER_NAMES = {
    "ATF": "french southern and antarctic lands",
    "AUS": "heard and mcdonald islands",
    "BOL": "bolivia plurinational state of|plurinational state of bolivia",
    "BRN": "brunei darussalam",
    "CCK": "cocos keeling islands",
    "CHN": "china mainland",
    "CIV": "ivory coast|cote d ivoire",
    "COD": "congo kinshasa|democratic republic of the congo|dem rep of the congo|"
    "congo democratic republic of the|congo the democratic republic of the",
    "COG": "congo brazzaville|republic of the congo|congo republic of the|congo rep",
    "CPV": "cape verde|cabo verde",
    "CXR": "christmas island in the indian ocean",
    "CZE": "czech republic|czechia czech republic",
    "DEU": "germany federal republic of germany|fed rep of germany",
    "DNK": "denmark except greenland",
    "EU27": "european union|eu 27|european communities",
    "FLK": "falkland islands islas malvinas|falkland islands malvinas",
    "FRA": "guadeloupe|martinique|french guiana|reunion|france metropolitan",
    "FSM": "micronesia federated states of|fs micronesia",
    "GBR": "united kingdom of great britain and northern ireland|great britain",
    "HKG": "hong kong china|china hong kong sar",
    "IRN": "iran islamic republic of|islamic republic of iran",
    "KGZ": "kyrgyzstan",
    "KOR": "south korea|republic of korea|korea south|korea republic of|rep of korea",
    "LAO": "laos|lao people s democratic republic|lao people s dem rep",
    "MAC": "macau|macao china|china macao sar",
    "MDA": "moldova republic of|republic of moldova|rep of moldova",
    "MKD": "north macedonia|macedonia|tfyr of macedonia",
    "MMR": "burma|myanmar burma|burma myanmar",
    "NLD": "the netherlands",
    "NOR": "svalbard and jan mayen",
    "PCN": "pitcairn islands",
    "PRK": "north korea|democratic people s republic of korea|dem people s rep of korea",
    "PSE": "gaza strip|west bank|state of palestine|gaza strip administered by israel|"
    "west bank administered by israel",
    "RUS": "russian federation",
    "STP": "sao tome and principe",
    "SVK": "slovakia",
    "SWZ": "eswatini swaziland|swaziland",
    "SYR": "syrian arab republic",
    "TLS": "east timor",
    "TUR": "turkey|turkiye",
    "TWN": "chinese taipei|taiwan province of china|other asia nes",
    "TZA": "united republic of tanzania|tanzania united republic of|united rep of tanzania",
    "USA": "united states of america|usa",
    "VAT": "vatican city|holy see vatican city",
    "VEN": "venezuela bolivarian republic of",
    "VNM": "vietnam",
    "WSM": "western samoa",
}


def by_number(number: int) -> str:
    """The economy of an ISO, Comtrade, BACI, WTO or WITS number; "" for others."""
    return _numbers().get(number, "")


def by_schedule_c(number: int) -> str:
    """The economy of a Schedule C number; "" for others."""
    return _schedule_c().get(number, "")


def by_letters(letters: str) -> str:
    """The economy of two or three letters; "" for others."""
    upper = letters.strip().upper()
    if upper in ECONOMY_IDS:
        return upper
    return _OTHER_LETTERS.get(upper) or _two_letters().get(upper, "")


def by_name(name: str) -> str:
    """The economy of an English name; "" for others."""
    return _names().get(plain(name), "")


def economy_of(text: str) -> str:
    """The economy of a code or name of any kind but Schedule C; "" for others."""
    text = text.strip()
    digits = text[1:] if re.fullmatch(r"C\d{3}", text) else text
    if digits.isascii() and digits.isdigit():
        return by_number(int(digits))
    return by_letters(text) or by_name(text)


def is_world(text: str) -> bool:
    """Whether a partner is the sum of all."""
    text = text.strip()
    return text in ("0", "000", "W00", "WLD", "A000", "-") or plain(text) in WORLD_NAMES


def plain(name: str) -> str:
    """A name without accents, signs and case."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", ascii_name.lower()).split())


@cache
def _numbers() -> dict[int, str]:
    return {facts[0]: code for code, facts in ECONOMIES.items()} | _OTHER_NUMBERS


@cache
def _listed() -> tuple[tuple[str, str, str], ...]:
    entries = (item.partition("=") for item in _LETTERS_AND_SCHEDULE_C.split())
    return tuple((code, rest[:2], rest[2:]) for code, _, rest in entries)


@cache
def _two_letters() -> dict[str, str]:
    return {letters: code for code, letters, _ in _listed()}


@cache
def _schedule_c() -> dict[int, str]:
    return {int(number): code for code, _, number in _listed() if number} | _OTHER_SCHEDULE_C


@cache
def _names() -> dict[str, str]:
    names = {plain(facts[1]): code for code, facts in ECONOMIES.items()}
    names |= {plain(facts[1]): code for code, facts in CUSTOMS_TERRITORIES.items()}
    for code, others in _OTHER_NAMES.items():
        names |= dict.fromkeys(others.split("|"), code)
    return names


def economy_in(name: str) -> str:
    """The one economy whose name stands in a file's name; "" for none or several."""
    words = f" {plain(name.rsplit('.', 1)[0])} "
    found = {code for known, code in _names().items() if len(known) > 3 and f" {known} " in words}
    return found.pop() if len(found) == 1 else ""
