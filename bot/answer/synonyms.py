"""Words of business news that say nearly the same: a question in one finds a sentence in another."""

from __future__ import annotations

from functools import lru_cache

from longhaul.ingest.words import stem, words

_GROUPS = """
buy bought purchase acquire acquisition takeover deal
sell sold sale divest disposal offload
pay paid payment payout spend spent cost price
price cost charge fee dear
dividend payout distribution
revenue sales turnover takings income earn
profit earnings income margin
rise rose risen raise grow grew grown growth increase gain climb jump surge lift higher up
fall fell fallen drop decline decrease slide slump plunge sink sank shrink shrank lose lost loss lower down
cut reduce slash trim lower shrink eliminate pause
raise lift increase boost upgrade hike
job employee worker staff workforce headcount position personnel people layoff
hire recruit employ employment
retrain reskilling training
chief ceo head boss
cfo finance
distance range reach far km kilometre kilometer mile metre
cto technology
executive officer manager chief president director
analyst researcher firm expert
writer author journalist reporter commentator blogger
build construct construction lay install deploy rollout
begin began start launch commence open
launch introduce unveil announce present debut release publish reveal
announce say disclose reveal report
close complete finish finalise conclude end
agree agreement contract deal accord pact settlement
sign contract book win won
order booking backlog demand
pipeline funnel backlog
fab foundry make made manufacture
plan intend aim goal target expect want hope
expect forecast predict estimate project anticipate foresee outlook guidance guide
forecast outlook guidance guide projection prediction estimate
supplier vendor maker provider manufacturer
make made produce manufacture production foundry
customer buyer client user tenant
carrier telco operator telecom
hyperscaler cloud
rival competitor compete competition against versus
partner partnership ally collaborate alliance work
join link connect connection interconnect tie
share stake holding portion slice part percentage
stock share equity
shareholder investor
invest investment put
lend lender bank loan finance financing
debt borrowing leverage loan
big large huge giant major
small little minor tiny
fast quick rapid speed
slow delay late
delay latency lag
capacity supply output
shortage scarce scarcity lack tight constraint
short lack miss
wait lead time
route path line corridor
cable fibre line
data centre site facility campus
old legacy existing former
new fresh additional extra
first initial earliest
first original
last final
biggest largest leading top main
cheap less low
expensive dear high
worry fear concern anxiety
doubt question sceptical hesitation caution careful wary
caution warn careful prudent wary
praise credit welcome
criticise blame attack
power electricity energy megawatt
weapon threat danger risk
risk danger exposure
hard difficult tough
easy simple simplify
need require demand necessary
condition requirement term obligation
allow let permit enable
stop block prevent halt
sue suit court lawsuit
regulator commission approval authority
government federal justice department
settle settlement
money cash fund capital dollar
fund money set
budget spending capital
worth value valued
hold held own owner
span cover reach bridge
span across cover
old exchange office
use adopt employ run
adopt choose pick select use
replace substitute displace
change shift move switch
develop design create engineer
prove proof show demonstrate
cause reason because explain
propose suggest forward recommend
merge merger combine combination
split divide share between
idle unused dark
unused underused underutilised idle
vanish disappear fail collapse
year annual yearly
quarter quarterly
month monthly
house home household premises
people population person
leave left quit depart exit
lease rent rental
guarantee promise pledge commit commitment
tailor custom bespoke made-to-order
weak soft poor
strong robust solid
surprise unexpected
edge metro local
abroad overseas international foreign
import imported
remote far distant
rural country
packet traffic data
chip silicon processor semiconductor
light optical optic photonic
copper electrical
uptime reliability availability
rank place position
enterprise business corporate company
company firm business
American US
yearly annual
retire repay redeem
compare comparison against versus analogy
likely probably
allied member
money cash dollar
outage failure disruption
retrain reskill train
uptime available availability
sign approve approval
foundry manufacturer maker
internet web online
rent lease let
""".strip().splitlines()


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in _GROUPS:
        group = {stem(word) for word in words(line)}
        for member in group:
            table.setdefault(member, set()).update(group)
    return {member: frozenset(group - {member}) for member, group in table.items()}


def synonyms(term: str) -> frozenset[str]:
    """The stems that mean nearly what the stem `term` means."""
    return _table().get(term, frozenset())
