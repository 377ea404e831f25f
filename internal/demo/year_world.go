package demo

import (
	"madoguchi/internal/demo/fixtures"
	"madoguchi/internal/support"
)

// yearWorld are the accounts, people and staff of the year beside those of the
// scenarios. from is the day on which contracts begin that ran all the year.
func yearWorld(from, until string) fixtures.World {
	w := fixtures.World{}
	firm := func(key, name, country, lang, zone, offering string, products []string, region, number string, people ...[4]string) {
		w.Accounts = append(w.Accounts, fixtures.Account{Key: key, Account: support.Account{Name: name, Country: country}})
		k := fixtures.Contract{Account: key, Contract: support.Contract{
			Number: number, Offering: offering, Products: products, Regions: []string{region}, StartsAt: fixtures.Day(from), EndsAt: fixtures.Day(until), State: support.ContractActive,
		}}
		for i, p := range people {
			w.People = append(w.People, fixtures.Person{Key: p[0], Account: key, Digits: p[3], Contact: support.Contact{
				FamilyName: p[1], GivenName: p[2], Email: p[0] + "@" + key + ".example", Language: lang, Zone: zone, PreferredChannel: support.Mail, Active: true,
			}})
			if i == 0 {
				k.Primary = p[0]
			} else {
				k.Admins = append(k.Admins, p[0])
			}
		}
		if offering != "" {
			w.Contracts = append(w.Contracts, k)
		}
	}
	both, esx, vs := []string{"vsphere", "esx"}, []string{"esx"}, []string{"vsphere"}
	const jst = "Asia/Tokyo"
	firm("shiramine", "白峰電機", "JP", "ja", jst, "production", both, "apj", "PRD-2009-0311", [4]string{"ogawa", "小川", "陽子", "204817663"}, [4]string{"hirano", "平野", "大輔", "251940386"}, [4]string{"kubo", "久保", "麻衣", "267301948"})
	firm("wakaba", "若葉食品", "JP", "ja", jst, "basic", esx, "apj", "BAS-2009-0127", [4]string{"matsui", "松井", "隆", "311960472"}, [4]string{"sakai", "酒井", "理恵", "322718054"})
	firm("shinonome", "東雲物流", "JP", "ja", jst, "production", vs, "apj", "PRD-2009-0540", [4]string{"uchida", "内田", "健", "335209871"}, [4]string{"kaneko", "金子", "千尋", "346187205"})
	firm("shiomi", "汐見運輸", "JP", "ja", jst, "basic", esx, "apj", "BAS-2009-0233", [4]string{"noguchi", "野口", "宏", "358042916"}, [4]string{"arai", "新井", "美穂", "360925471"})
	firm("asanagi", "朝凪放送", "JP", "ja", jst, "mission_critical", both, "apj", "MCS-2009-0018", [4]string{"miyata", "宮田", "真一", "371604829"}, [4]string{"hara", "原", "恵子", "389217450"})
	firm("tokiwa", "常盤薬品", "JP", "ja", jst, "production", both, "apj", "PRD-2009-0772", [4]string{"sugiyama", "杉山", "和也", "392850617"}, [4]string{"ueno", "上野", "由香", "401738529"})
	firm("kusunoki", "楠木建設", "JP", "ja", jst, "basic", esx, "apj", "BAS-2009-0305", [4]string{"maruyama", "丸山", "学", "413602985"}, [4]string{"imai", "今井", "沙織", "428150936"})
	firm("fujinami", "藤波信用金庫", "JP", "ja", jst, "business_critical", both, "apj", "BCS-2009-0009", [4]string{"takeda", "武田", "浩", "437091825"}, [4]string{"wada", "和田", "奈緒", "446820193"})
	firm("northgate", "Northgate Insurance", "GB", "en", "Europe/London", "production", both, "emea", "PRD-2009-1120", [4]string{"harris", "Harris", "Olivia", "502817364"}, [4]string{"patel", "Patel", "Ravi", "517204938"}, [4]string{"doyle", "Doyle", "Sean", "523908416"})
	firm("calder", "Calder Water", "GB", "en", "Europe/London", "basic", esx, "emea", "BAS-2009-1188", [4]string{"whitaker", "Whitaker", "James", "538162907"}, [4]string{"evans", "Evans", "Megan", "541907263"})
	firm("redwood", "Redwood Clinics", "US", "en", "America/Los_Angeles", "production", both, "na-west", "PRD-2009-2015", [4]string{"nguyen", "Nguyen", "Linh", "553018426"}, [4]string{"baker", "Baker", "Thomas", "568240917"})
	firm("pinehurst", "Pinehurst Schools", "US", "en", "America/Chicago", "basic", esx, "na-central", "BAS-2009-2077", [4]string{"olsen", "Olsen", "Grace", "572916804"}, [4]string{"romero", "Romero", "Luis", "589103642"})
	firm("tidewater", "Tidewater Freight", "US", "en", "America/New_York", "mission_critical", both, "na-west", "MCS-2009-2101", [4]string{"coleman", "Coleman", "Dana", "593820716"}, [4]string{"fisher", "Fisher", "Mark", "604917283"})
	firm("larkspur", "Larkspur Foods", "IE", "en", "Europe/Dublin", "production", vs, "emea", "PRD-2009-1302", [4]string{"kelly", "Kelly", "Niamh", "615028394"}, [4]string{"brennan", "Brennan", "Oisin", "627390418"})
	firm("alder", "Alder and Finch Publishing", "US", "en", "America/Denver", "production", vs, "na-mountain", "PRD-2009-2230", [4]string{"finch", "Finch", "Robert", "638204917"}, [4]string{"lopez", "Lopez", "Ana", "649182037"})
	firm("brightwell", "Brightwell Tools", "US", "en", "America/Los_Angeles", "sdk_program", []string{"vsphere_sdk"}, "na-west", "SDK-2009-2301", [4]string{"singh", "Singh", "Arjun", "653910284"}, [4]string{"moreau", "Moreau", "Claire", "668402917"})
	firm("hamakaze", "浜風システム", "JP", "ja", jst, "sdk_program", []string{"vsphere_sdk"}, "apj", "SDK-2009-0415", [4]string{"otsuka", "大塚", "翼", "672039184"}, [4]string{"nishi", "西", "彩花", "687140293"})
	firm("ashdown", "Ashdown Studio", "US", "en", "America/Los_Angeles", "", nil, "", "", [4]string{"ellis", "Ellis", "Jordan", "693820471"}, [4]string{"price", "Price", "Hannah", "704291836"})
	firm("komorebi", "木漏れ日デザイン", "JP", "ja", jst, "", nil, "", "", [4]string{"aoki", "青木", "優", "718302946"}, [4]string{"yoshida", "吉田", "奏", "729048163"})
	w.Staff = yearStaff()
	return w
}

// yearStaff are more of the vendor's people.
func yearStaff() []fixtures.Member {
	member := func(key, family, given, lang, zone, site string, langs []string, roles ...support.Role) fixtures.Member {
		return fixtures.Member{Key: key, Staff: support.Staff{
			FamilyName: family, GivenName: given, Email: key + "@desk.example", Language: lang, Languages: langs,
			Skills: []string{"esx", "vsphere"}, Roles: roles, Site: site, Zone: zone, Active: true,
		}}
	}
	tokyo, cork := []string{"ja", "en"}, []string{"en"}
	out := []fixtures.Member{
		member("saito", "斎藤", "涼", "ja", "Asia/Tokyo", "tokyo", tokyo, support.RoleTSE),
		member("goto", "後藤", "真央", "ja", "Asia/Tokyo", "tokyo", tokyo, support.RoleTSE),
		member("fujita", "藤田", "航", "ja", "Asia/Tokyo", "tokyo", tokyo, support.RoleTSE),
		member("murphy", "Murphy", "Ciara", "en", "Europe/Dublin", "cork", cork, support.RoleTSE),
		member("walsh", "Walsh", "Eoin", "en", "Europe/Dublin", "cork", cork, support.RoleTSE),
		member("reilly", "Reilly", "Fionn", "en", "Europe/Dublin", "cork", cork, support.RoleTSE),
		member("okuda", "奥田", "梓", "ja", "Asia/Tokyo", "tokyo", tokyo, support.RoleBeta),
	}
	for i := range out[:len(out)-1] {
		out[i].Skills = []string{"esx", "vsphere", "vsphere_sdk", "workstation", "fusion"}
	}
	return out
}
