// Package demo holds what the demonstration desk and the scenarios start from:
// a small world of accounts, people and contracts, and the desk's own clock.
//
// It refuses to know rules: everything is entered through the same doors as in
// production, so that the demo cannot show what the desk would not do.
//
// Data layout: [Fixtures] is one value; its rows name each other by key (the
// family name in small letters), not by id, because ids are the store's.
package demo

import (
	"time"

	"madoguchi/internal/support"
)

// World is the rows of the demonstration, named by keys.
type World struct {
	Accounts      []Account
	People        []Person
	Staff         []Member
	Products      []support.Product
	Contracts     []Contract
	Registrations []Registration
	Licences      []Licence
}

// Account is an account and its key.
type Account struct {
	Key string
	support.Account
}

// Person is a contact, its key, its account's key, and the nine digits from
// which the customer number is made.
type Person struct {
	Key, Account, Digits string
	support.Contact
}

// Member is a member of staff and the key.
type Member struct {
	Key string
	support.Staff
}

// Contract is a contract with its people by key.
type Contract struct {
	Account, Primary string
	Admins           []string // support administrators
	Secondary        []string // secondary licence administrators
	support.Contract
}

// Registration is a product that somebody registered by hand, by key. Products
// of a contract that register by themselves need none; complimentary ones have
// no contract.
type Registration struct {
	Person, Contract string
	support.Registration
}

// Licence is a licence key of a contract; OpenTo are secondary administrators.
type Licence struct {
	Contract string
	OpenTo   []string
	support.Licence
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return t
}

// Fixtures is the world of the scenarios: Aoba (Basic), Hokuto and Kranich
// (Production), Mia (one Fusion licence), Nakamura (no contract), Kobayashi
// (beta), and the vendor's people.
func Fixtures() World {
	return World{
		Accounts: accounts(), People: people(), Staff: staff(), Products: products(), Contracts: contracts(),
		Registrations: []Registration{
			{Person: "mia", Registration: support.Registration{Product: "fusion"}},
		},
		Licences: []Licence{
			{Contract: "BAS-2010-0417", OpenTo: []string{"okada"}, Licence: support.Licence{
				Key: "AOBA1-ESX40-20CPU-7Q3ND", Product: "esx", Version: "4.0", Units: 20}},
			{Contract: "PRD-2010-1102", Licence: support.Licence{
				Key: "HOKU1-VSP40-96CPU-2M8RK", Product: "vsphere", Version: "4.0", Units: 96}},
		},
	}
}

func accounts() []Account {
	return []Account{
		{"aoba", support.Account{Name: "青葉製作所", Country: "JP"}},
		{"hokuto", support.Account{Name: "北斗銀行", Country: "JP"}},
		{"kranich", support.Account{Name: "Kranich Logistik GmbH", Country: "DE"}},
		{"mia", support.Account{Name: "Mia Alvarez", Country: "US"}},
		{"nakamura", support.Account{Name: "中村工房", Country: "JP"}},
		{"kobayashi", support.Account{Name: "小林研究所", Country: "JP"}},
	}
}

func people() []Person {
	jp := func(key, account, digits, family, given, email string) Person {
		return Person{key, account, digits, support.Contact{
			FamilyName: family, GivenName: given, Email: email, Language: "ja", Zone: "Asia/Tokyo",
			PreferredChannel: support.Mail, Active: true,
		}}
	}
	sato := jp("sato", "aoba", "410556083", "佐藤", "健太", "sato@aoba.example")
	sato.PreferredChannel, sato.Phone = support.Phone, "+81 3 5550 0143"
	weber := Person{"weber", "kranich", "662019457", support.Contact{
		FamilyName: "Weber", GivenName: "Katrin", Email: "weber@kranich.example", Language: "de", Zone: "Europe/Berlin",
		PreferredChannel: support.Mail, Active: true,
	}}
	mia := Person{"mia", "mia", "730418825", support.Contact{
		FamilyName: "Alvarez", GivenName: "Mia", Email: "mia@portland.example", Language: "en", Zone: "America/Los_Angeles",
		PreferredChannel: support.Mail, Active: true,
	}}
	return []Person{
		jp("suzuki", "aoba", "318840267", "鈴木", "一郎", "suzuki@aoba.example"),
		sato,
		jp("mizuno", "aoba", "287703914", "水野", "彩", "mizuno@aoba.example"),
		jp("endo", "aoba", "905128846", "遠藤", "剛", "endo@aoba.example"),
		jp("yamamoto", "aoba", "534917720", "山本", "直子", "yamamoto@aoba.example"),
		jp("okada", "aoba", "176230598", "岡田", "亮", "okada@aoba.example"),
		jp("takahashi", "hokuto", "849205513", "高橋", "由美", "takahashi@hokuto.example"),
		jp("tanaka", "hokuto", "293461870", "田中", "誠", "tanaka@hokuto.example"),
		jp("nakamura", "nakamura", "617894402", "中村", "翔", "nakamura@nakamura.example"),
		jp("kobayashi", "kobayashi", "458037791", "小林", "春香", "kobayashi@kobayashi.example"),
		weber, mia,
	}
}

func staff() []Member {
	jp := func(key, family, given string, roles ...support.Role) Member {
		return Member{key, support.Staff{
			FamilyName: family, GivenName: given, Email: key + "@desk.example", Language: "ja",
			Languages: []string{"ja", "en"}, Roles: roles, Site: "tokyo", Zone: "Asia/Tokyo", Active: true,
		}}
	}
	ito := jp("ito", "伊藤", "蓮", support.RoleTSE)
	ito.Skills, ito.Duty = []string{"esx", "vsphere"}, "on_call"
	nishida := jp("nishida", "西田", "薫", support.RoleTSE, support.RoleEngineering)
	nishida.Skills = []string{"vsphere"}
	watanabe := jp("watanabe", "渡辺", "恵", support.RoleDuty)
	watanabe.Duty = "duty"
	byrne := Member{"byrne", support.Staff{
		FamilyName: "Byrne", GivenName: "Aoife", Email: "byrne@desk.example", Language: "en", Languages: []string{"en"},
		Skills: []string{"esx", "vsphere"}, Roles: []support.Role{support.RoleTSE}, Site: "cork", Zone: "Europe/Dublin", Active: true,
	}}
	return []Member{
		jp("hayashi", "林", "美咲", support.RoleCSR),
		jp("mori", "森", "拓也", support.RoleLicence),
		ito, byrne, nishida, watanabe,
		jp("ishikawa", "石川", "徹", support.RoleAdmin),
	}
}

func products() []support.Product {
	v := func(name, released, general, guidance string) support.Version {
		return support.Version{Name: name, ReleasedAt: day(released), GeneralUntil: day(general), GuidanceUntil: day(guidance)}
	}
	return []support.Product{
		{Key: "esx", Name: "ESX", Versions: []support.Version{
			v("4.0", "2024-05-21", "2029-05-21", "2031-05-21"), v("3.5", "2022-12-10", "2027-12-10", "2029-12-10")}},
		{Key: "vsphere", Name: "vSphere", Versions: []support.Version{v("4.0", "2024-05-21", "2029-05-21", "2031-05-21")}},
		{Key: "workstation", Name: "Workstation", Versions: []support.Version{v("7.0", "2024-10-27", "2027-10-27", "2029-10-27")}},
		{Key: "fusion", Name: "Fusion", Versions: []support.Version{v("3.0", "2024-10-27", "2027-10-27", "2029-10-27")}},
	}
}

func contracts() []Contract {
	c := func(number, offering string, products, regions []string, from, until string) support.Contract {
		return support.Contract{
			Number: number, Offering: offering, Products: products, Regions: regions,
			StartsAt: day(from), EndsAt: day(until), State: support.ContractActive,
		}
	}
	return []Contract{
		{Account: "aoba", Primary: "suzuki", Admins: []string{"sato", "mizuno", "endo"}, Secondary: []string{"okada"},
			Contract: c("BAS-2010-0417", "basic", []string{"esx"}, []string{"apj"}, "2026-01-01", "2027-04-01")},
		{Account: "hokuto", Primary: "takahashi", Admins: []string{"tanaka"},
			Contract: c("PRD-2010-1102", "production", []string{"vsphere", "esx"}, []string{"apj"}, "2025-10-01", "2027-10-01")},
		{Account: "kranich", Primary: "weber", Admins: []string{"weber"},
			Contract: c("PRD-2010-2210", "production", []string{"vsphere"}, []string{"emea"}, "2026-02-01", "2028-02-01")},
	}
}
