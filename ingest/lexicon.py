"""The few word classes that tell an actor from an ordinary word: verbs, function words, and parts of other names."""

from __future__ import annotations


def _verbs(bases: str) -> tuple[set[str], set[str]]:
    """The third person and the past of regular verbs."""
    third, past = set(), set()
    for base in bases.split():
        stem = base[:-1] if base.endswith("y") and base[-2] not in "aeiou" else base
        third.add(stem + "ies" if stem != base else base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"))
        past.add(stem + "ied" if stem != base else base + ("d" if base.endswith("e") else "ed"))
    return third, past


# What a company, and only somebody who can act, does.
_SAYING = _verbs("announce add argue confirm declare deny describe emphasize emphasise explain insist mention predict present "
                 "reveal suggest warn tell disclose acknowledge conclude expect believe hope decline promise concede")
_ACTING = _verbs("acquire agree aim adopt accept abandon admit allow appoint approve assume attract avoid become begin bring "
                 "build buy choose close combine compete complete continue create cancel decide deliver deploy develop dominate "
                 "drop earn employ enter expand extend fail finance fire follow gain get give grow hire hold include increase "
                 "install intend introduce invest join keep lack launch lead leave license lose maintain make manage "
                 "manufacture merge narrow need negotiate operate overtake own outbid pay pick pledge prefer prepare prevail "
                 "produce provide publish pursue put quadruple recall recruit reduce refuse relax remain replace retain retire "
                 "reserve say see seek sell serve settle slash slide spend start stay struggle sue supply surge suffer swing "
                 "switch take tap think triple tumble turn unveil upgrade use wait want win withdraw write own postpone "
                 "surpass trail underperform outperform respond reject raise rely sign soar collapse shrink halve slip "
                 "stand run come go plunge weigh benefit double drop carry calculate hand roll open pitch complete "
                 "bundle lay explore claim cite boost vow book tout team eye mull defend attack monetize monetise team")
_IRREGULAR = set("said told saw wrote built bought sold won lost led left made took gave got grew held kept laid met paid put ran sent "
                 "set spent stood thought withdrew chose became began brought came drew fell felt found went knew rose sought "
                 "struck swung understood undercut outbid beat bet overtook froze".split())
# Forms that are as often the plural of a noun; they count as verbs where their object or "to" follows.
NOUNLIKE = set("plans reports claims offers cuts bids deals moves gains results demands costs raises launches posts drops aims "
               "hopes estimates forecasts targets values uses needs orders supplies supports ships tests trials works calls "
               "sales stakes shares changes charges leads buys builds talks tops signs switches benefits links joins lights "
               "lists names notes points shows faces sets beats wins rivals rises falls increases pledges promises sells "
               "doubles returns runs starts stops struggles surges slides trails turns views waits walks books bets eyes "
               "backs bars boosts bundles carries closes finds hands hires issues jumps licenses licences loans opens "
               "pitches places plays powers presents pushes quits races reserves rolls spends stands steps sues suits taps "
               "teams touts weighs writes delays plants parts adds makes uses exits estimates says".split()) - {
    "says", "adds", "sells", "buys", "makes", "finds", "writes", "carries"} | set("""designs leases rents trades ranks markets
contracts models projects""".split())
SAYING = frozenset(_SAYING[0] | _SAYING[1]) | {"said", "says", "told", "thinks", "thought"}
# Short words that are a past tense or a plain form at once.
ACTING = frozenset(_ACTING[0] | _ACTING[1] | SAYING | _IRREGULAR | {
    "planned", "reported", "claimed", "offered", "posted", "dropped", "hoped", "estimated", "targeted", "needed", "ordered",
    "supported", "shipped", "tested", "worked", "called", "changed", "charged", "linked", "named", "noted", "faced", "rivals",
    "stopped", "slipped", "controlled", "fired", "cut", "beat", "doubled", "returned", "booked", "backed", "issued",
    "jumped", "pushed", "placed", "played", "powered", "raced", "delayed", "quit", "has", "had", "will", "would", "could",
    "may", "might", "should", "must", "can", "cannot", "won't", "does", "did", "doesn't", "didn't", "hasn't", "isn't", "itself",
    "also", "alone", "still", "now", "already", "recently", "later", "currently", "reportedly", "who", "whose"}) - NOUNLIKE
BE = frozenset("is was 's are were be been".split())
# After a form that is as often a plural noun: what makes it a verb.
OBJECT = frozenset("a an the its their his her this that these those to no more less fewer up down all each every both some any "
                   "as it they out off how why over about around nearly another first second third record".split())
# What may follow the head of a noun phrase.
FUNCTION = frozenset("""a about above across after again against ahead all alone already also although amid among an and are as at away
back be because been before being below beside besides between both but by can cannot could did do does doing down during each
either else especially even ever every except for from further had has have having he her here him his how however if in instead
into is it its itself just largely later less like likely mainly may me might more most mostly much must near nearly neither never no
nor not now of off often on once only onto or other our out over past per perhaps plus probably rather recently simply since so some
soon still such than that the their them then there these they this those though through throughout to together too toward towards
under unless until up upon us versus via vs was we well were what when where whereas whether which while who whom whose why will with
within without would yet you your 're 've 'll itself themselves alike today abroad elsewhere""".split())
MODAL = frozenset("also later now still then recently already would will could has had may might should can".split())
# Verbs of will and speech: only somebody who can want is their subject.
WILLING = frozenset(SAYING | frozenset("""wants wanted plans planned intends intended agreed agrees aims aimed raised raises
bought buys sold sells signed signs launched launches acquired unveiled owns employs invested invests hired hires won closed
reported reports posted booked paid pays created reserved forecast declined refused prepares prepared seeks sought pledged
prefers hires spends spent pursues pursued lost cut cuts filed named settled introduced needs""".split()))

MONTHS = frozenset("January February March April May June July August September October November December".split())
DAYS = frozenset("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
DEMONYMS = frozenset("""American US U.S. UK British French German Italian Spanish Dutch Swedish Finnish Danish Norwegian Nordic European
Asian African Chinese Japanese Korean Taiwanese Indian Australian Canadian Brazilian Mexican Swiss Austrian Belgian Polish Irish
Scottish Gulf Western Eastern Latin North South EU Big Rival""".split())
# A capitalised noun that makes another name of the name before it: places, venues, schools, airlines.
PLACES = frozenset("""county city town village street avenue road boulevard drive lane river lake creek bay beach island islands
mountain mountains valley park gardens square bridge station airport airlines airways stadium arena centre center field
fieldhouse theatre theater hall museum university college school church cathedral hospital observatory basin rainforest
jungle forest delta bowl order revolution navigation award prize foundation festival marathon open cup grand""".split()) - {
    "open", "centre", "center", "foundation"} | {"center", "coliseum"}
STATES = frozenset("""Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois
Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana Nebraska
Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah Vermont Virginia Washington Wisconsin Wyoming""".split()) | {
    "New York", "New Jersey", "New Mexico", "North Carolina", "South Carolina", "North Dakota", "South Dakota", "New Hampshire",
    "West Virginia", "Rhode Island", "N.Y.", "Calif.", "Tex.", "Ontario", "Quebec", "England", "France", "CA", "NY", "TX"}
GIVEN = frozenset("""Adam Alan Alex Alexander Alice Amy Andrea Andrew Andy Anna Anne Anthony Antonio Barbara Ben Benjamin Bill Bob
Brandon Brian Bruce Bryan Carl Carlos Carol Charles Chris Christian Christine Christopher Chuck Claire Courteney Craig Dan Daniel
David Dave Dean Deborah Dennis Diana Donald Donna Doug Douglas Ed Edward Elizabeth Emily Emma Eric Erik Frank Fred Gary Geoff George
Greg Hans Harry Heather Helen Henry Ian Jack Jacob James Jamie Jane Janet Jason Jeff Jeffrey Jennifer Jeremy Jessica Jim Jo Joan Joe
John Jon Jonathan Jordan Jose Joseph Joshua Juan Judith Julia Julie Justin Karen Kate Katherine Kathy Keith Kelly Ken Kenneth Kevin
Kim Kyle Larry Laura Lauren Linda Lisa Louis Luke Marc Margaret Maria Mark Martin Mary Matt Matthew Megan Michael Michelle Mike Nancy
Nathan Neil Nick Nicole Oliver Olivia Pam Pat Patricia Patrick Paul Peter Phil Philip Rachel Ralph Ray Rebecca Richard Rick Rob Robert
Roger Ron Ronald Roy Russell Ruth Ryan Sam Samuel Sandra Sara Sarah Scott Sean Sharon Simon Sophie Stephanie Stephen Steve Steven
Stuart Sue Susan Ted Terry Thomas Tim Timothy Todd Tom Tony Tyler Victor Victoria Vincent Walter Wayne William Mr Mrs Ms Dr Sir Lord
Professor Prof Saint St San Santa Judge Senator Justice""".split())
