"""The map of Havermonde, a pretend harbour town on real coordinates: forty stations, as a table to read and extend.

An EVSE is written as its connectors: "s22" is a Type 2 socket of 22 kW, "k11" a Type 2 cable of 11 kW, "c150" a CCS
cable of 150 kW, "h50" a CHAdeMO cable of 50 kW; "c50+h50" is one EVSE with two cables.
"""

from dataclasses import dataclass

SHOP_HOURS = (
    *((day, "08:00", "20:00") for day in range(1, 7)),
    (7, "12:00", "18:00"),
)
GARAGE_HOURS = tuple((day, "06:00", "23:30") for day in range(1, 8))


@dataclass(frozen=True, slots=True)
class Place:
    """`number` is printed on the poles; `stickers` says how: pole "0421-1", number "1", letter "A" or none."""

    number: int
    name: str
    address: str
    postal_code: str
    latitude: str
    longitude: str
    evses: tuple[str, ...]
    tariff_id: str
    parking_type: str = "ON_STREET"
    stickers: str = "pole"
    directions: str | None = None
    floor: str | None = None
    hours: tuple[tuple[int, str, str], ...] = ()
    facilities: tuple[str, ...] = ()
    restrictions: tuple[str, ...] = ()
    remote: bool = True
    publish: bool = True
    evse_ids: bool = True
    tariff_hidden: bool = False
    shows_cost: bool = False
    plug_first: bool = False
    for_scripts: bool = False
    out_of_order: tuple[int, ...] = ()


S22 = ("s22", "s22")
S11 = ("s11", "s11")

PLACES = (
    Place(
        421,
        "Noorderhaven kade",
        "Noorderhaven 18",
        "8861 AM",
        "53.17532",
        "5.41986",
        S22,
        "AC-QUAY",
        directions="On the quay, between the bridge and the sail loft.",
        shows_cost=True,
        for_scripts=True,
    ),
    Place(
        422,
        "Grote Bredeplaats",
        "Grote Bredeplaats 7",
        "8861 BA",
        "53.17449",
        "5.41642",
        S22,
        "AC-GRACE",
        directions="Behind the old weigh house.",
        for_scripts=True,
    ),
    Place(423, "Voorstraat", "Voorstraat 52", "8861 BM", "53.17418", "5.42105", S11, "AC-KWH"),
    Place(424, "Lanen", "Lanen 31", "8861 CB", "53.17561", "5.42340", S11, "AC-START", shows_cost=True),
    Place(425, "Zuiderhaven", "Zuiderhaven 44", "8861 CL", "53.17274", "5.41871", S22, "AC-KWH", for_scripts=True),
    Place(426, "Rozengracht", "Rozengracht 9", "8861 CP", "53.17329", "5.42517", S11, "AC-NIGHT"),
    Place(
        427,
        "Stadsgarage Havenpoort",
        "Havenpoort 1",
        "8861 AA",
        "53.17611",
        "5.42188",
        ("s11",) * 6,
        "AC-GRACE",
        "UNDERGROUND_GARAGE",
        "number",
        "Take the ramp on the left; the charge points are along the back wall.",
        "-2",
        GARAGE_HOURS,
        ("PARKING_LOT", "WIFI"),
    ),
    Place(
        428,
        "Veerterminal",
        "Waddenpromenade 5",
        "8862 NT",
        "53.17702",
        "5.41318",
        ("s22", "s22", "s22", "s22", "c50+h50"),
        "AC-START",
        "PARKING_LOT",
        "letter",
        "Rows A to E, next to the ferry queue.",
        facilities=("WIFI", "CAFE"),
    ),
    Place(
        429,
        "Station Havermonde",
        "Stationsweg 3",
        "8861 EB",
        "53.16998",
        "5.42266",
        ("s11", "s11", "s11", "s11"),
        "AC-NIGHT",
        "PARKING_LOT",
        "number",
        facilities=("TRAIN_STATION", "BUS_STOP"),
        out_of_order=(3,),
    ),
    Place(430, "Spoorstraat", "Spoorstraat 71", "8861 EH", "53.17052", "5.42621", ("s3", "s3"), "AC-KWH", remote=False),
    Place(
        431,
        "Supermarkt De Bark",
        "Kimswerderweg 12",
        "8862 XC",
        "53.16712",
        "5.42812",
        ("s22", "s22", "c50+h50"),
        "AC-TIME",
        "PARKING_LOT",
        "number",
        "Opposite the bottle bank.",
        hours=SHOP_HOURS,
        facilities=("SUPERMARKET",),
        restrictions=("CUSTOMERS",),
    ),
    Place(
        432,
        "Hotel Zeezicht",
        "Zuiderhaven 2",
        "8861 CJ",
        "53.17318",
        "5.41507",
        ("k11", "k11"),
        "AC-START",
        "PARKING_LOT",
        "letter",
        "Behind the barrier; ring the bell at night.",
        facilities=("HOTEL", "RESTAURANT", "WIFI"),
        restrictions=("CUSTOMERS",),
    ),
    Place(433, "Hoogstraat", "Hoogstraat 26", "8861 BK", "53.17405", "5.41789", S11, "AC-KWH"),
    Place(434, "Noorderpark", "Spiekerboorpad 2", "8862 GH", "53.17910", "5.42731", S11, "AC-NIGHT"),
    Place(
        435,
        "Bibliotheek",
        "Voorstraat 20",
        "8861 BL",
        "53.17460",
        "5.41922",
        S11,
        "FREE",
        directions="In the courtyard, through the gate.",
        hours=SHOP_HOURS,
    ),
    Place(436, "Sportpark De Sluis", "Sluisweg 8", "8862 VK", "53.16611", "5.43390", S11, "AC-KWH", "PARKING_LOT"),
    Place(
        437,
        "Ziekenhuis Oostpoort",
        "Oostpoort 101",
        "8862 PR",
        "53.17189",
        "5.43877",
        ("s11",) * 4,
        "AC-GRACE",
        "PARKING_GARAGE",
        "number",
        "Second floor, near the bridge to the main entrance.",
        "2",
    ),
    Place(438, "Oude Trekweg", "Oude Trekweg 63", "8862 RB", "53.17420", "5.43012", S11, "AC-KWH", stickers="none"),
    Place(439, "Midlumerlaan", "Midlumerlaan 17", "8861 JG", "53.17833", "5.43145", S11, "AC-KWH", tariff_hidden=True),
    Place(440, "Franekertrekvaart", "Trekvaart 40", "8862 AD", "53.17602", "5.43611", S22, "AC-TIME", shows_cost=True),
    Place(441, "Almenum", "Almenumerweg 5", "8861 KL", "53.18044", "5.43470", ("s7", "s7"), "AC-KWH"),
    Place(442, "Koningsbuurt", "Koningstraat 88", "8862 XL", "53.16815", "5.42377", S11, "AC-NIGHT"),
    Place(443, "Plan Zuid", "Bildtstraat 3", "8862 SW", "53.16522", "5.43009", S11, "AC-NIGHT", plug_first=True),
    Place(444, "Ludinga", "Ludinga 55", "8862 CC", "53.18190", "5.42955", S11, "AC-KWH"),
    Place(445, "Oosterpark", "Oosterparkweg 14", "8862 EE", "53.18002", "5.43902", S11, "AC-GRACE"),
    Place(
        446,
        "Werf Welgelegen",
        "Industrieweg 21",
        "8861 VH",
        "53.16803",
        "5.41902",
        ("k22", "k22"),
        "AC-KWH",
        "PARKING_LOT",
        publish=False,
        restrictions=("CUSTOMERS",),
    ),
    Place(447, "Zeilschool", "Nieuwe Vissershaven 6", "8861 NX", "53.17121", "5.41388", S11, "AC-START"),
    Place(448, "Visafslag", "Nieuwe Vissershaven 11", "8861 NX", "53.17044", "5.41301", S22, "AC-QUAY"),
    Place(449, "Camping De Zeehoeve", "Westerzeedijk 45", "8862 PK", "53.16398", "5.41533", ("s7",) * 4, "AC-KWH"),
    Place(
        450,
        "Laadplein Kiesterzijl",
        "Kiesterzijl 2",
        "8861 VJ",
        "53.17214",
        "5.44702",
        ("c150", "c150", "c300", "c300"),
        "DC-HPC",
        "PARKING_LOT",
        "number",
        "Left of the roundabout, under the solar roof.",
        facilities=("CAFE", "WIFI"),
        shows_cost=True,
        for_scripts=True,
    ),
    Place(
        451,
        "Tankstation De Kim",
        "Rijksweg N31 west",
        "8862 KA",
        "53.16455",
        "5.44233",
        ("c50+h50", "c150+h50"),
        "DC-50",
        "ALONG_MOTORWAY",
        "letter",
        "Beyond the pumps, next to the tyre pressure.",
        facilities=("FUEL_STATION",),
    ),
    Place(
        452,
        "Snellaadstation Midlum",
        "Harlingerstraatweg 60",
        "8872 NC",
        "53.18371",
        "5.45120",
        ("c150", "c150"),
        "DC-HPC",
        "PARKING_LOT",
        "number",
    ),
    Place(
        453,
        "Bouwmarkt Haven",
        "Oude Ringmuur 2",
        "8861 XE",
        "53.16901",
        "5.43518",
        ("c50", "s22", "s22"),
        "DC-50",
        "PARKING_LOT",
        "letter",
        hours=SHOP_HOURS,
    ),
    Place(454, "Steenhouwersstraat", "Steenhouwersstraat 4", "8861 ET", "53.17230", "5.42290", S11, "AC-KWH"),
    Place(455, "Simon Stijlplein", "Simon Stijlplein 1", "8861 GA", "53.17380", "5.42388", S22, "AC-START"),
    Place(
        456,
        "Tuinbouwstraat",
        "Tuinbouwstraat 9",
        "8862 ZB",
        "53.17010",
        "5.43110",
        ("s3", "s3"),
        "AC-KWH",
        remote=False,
    ),
    Place(
        457,
        "Museumhaven",
        "Prinsenstraat 15",
        "8861 BE",
        "53.17388",
        "5.41533",
        S11,
        "AC-GRACE",
        facilities=("MUSEUM",),
        evse_ids=False,
    ),
    Place(458, "Marktplein", "Kleine Bredeplaats 3", "8861 BD", "53.17477", "5.41711", S22, "AC-TIME"),
    Place(459, "Westerzeedijk", "Westerzeedijk 2", "8862 PK", "53.16789", "5.41477", S11, "AC-NIGHT"),
    Place(460, "Hannemahuis", "Voorstraat 56", "8861 BM", "53.17409", "5.42066", S11, "AC-KWH", shows_cost=True),
)
