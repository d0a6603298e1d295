//! The names of the demo clinic's patients: common ones, from many languages, each in its own script.

use super::chance::Chance;

/// The names of one language, separated by commas.
struct Names {
    /// The language's tag.
    language: &'static str,
    /// How many in a hundred or so patients speak it.
    share: usize,
    given: &'static str,
    family: &'static str,
}

/// A made-up person's name and language.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    pub given: &'static str,
    pub family: &'static str,
    pub language: &'static str,
}

/// Somebody's name.
pub fn draw(chance: &mut Chance) -> Name {
    let mut ticket = chance.below(NAMES.iter().map(|names| names.share).sum());
    let mut names = &NAMES[0];
    for candidate in &NAMES {
        names = candidate;
        if ticket < candidate.share {
            break;
        }
        ticket -= candidate.share;
    }
    let mut one_of = |list: &'static str| {
        let place = chance.below(list.split(',').count());
        list.split(',').nth(place).unwrap_or_default()
    };
    Name {
        given: one_of(names.given),
        family: one_of(names.family),
        language: names.language,
    }
}

/// Where a family name changes with the person, women and men have lists of their own.
const NAMES: [Names; 24] = [
    Names {
        language: "de",
        share: 30,
        given: "Anna,Lena,Sophie,Marie,Emilia,Klara,Johanna,Greta,Käthe,Jürgen,Maximilian,Paul,Jonas,Felix,Lukas,Matthias,\
                Björn,Sören,Wolfgang,Renate,Ursula,Heinz,Karin,Tobias",
        family: "Müller,Schmidt,Schneider,Fischer,Weber,Meyer,Wagner,Becker,Schäfer,Koch,Bauer,Richter,Klein,Wolf,Schröder,\
                 Neumann,Schwarz,Zimmermann,Krüger,Hofmann,Groß,Lehmann,Köhler,Vogel",
    },
    Names {
        language: "pt",
        share: 18,
        given: "João,Maria,Inês,Beatriz,Leonor,Matilde,Tiago,Rui,Gonçalo,Afonso,Duarte,Sofia,Catarina,Luís,Nuno,Conceição",
        family: "Silva,Santos,Ferreira,Pereira,Oliveira,Costa,Rodrigues,Martins,Sousa,Fernandes,Gonçalves,Gomes,Lopes,Marques,\
                 Almeida,Ribeiro,Araújo,Magalhães",
    },
    Names {
        language: "tr",
        share: 9,
        given: "Ayşe,Fatma,Zeynep,Elif,Emine,Mehmet,Mustafa,Ahmet,Hüseyin,Yusuf,Çağla,Gülsüm,İbrahim,Ömer,Şule",
        family: "Yılmaz,Kaya,Demir,Şahin,Çelik,Yıldız,Öztürk,Aydın,Arslan,Doğan,Kılıç,Çetin,Güneş",
    },
    Names {
        language: "ar",
        share: 8,
        given: "محمد,أحمد,علي,عمر,يوسف,خالد,فاطمة,عائشة,مريم,زينب,ليلى,نور,سارة,حسن,إبراهيم",
        family: "الحسن,العلي,حداد,خوري,منصور,النجار,السيد,عبد الله,الشامي,درويش,صالح,بركات",
    },
    Names {
        language: "en",
        share: 8,
        given: "Olivia,Amelia,Grace,Charlotte,Harry,George,Oliver,Jack,Thomas,William,Niamh,Siobhán,Seán,Rhys,Catriona",
        family: "Smith,Jones,Taylor,Brown,Evans,Wilson,Roberts,O'Brien,O'Sullivan,MacDonald,Campbell,Hughes,Walker,Fitzgerald",
    },
    Names {
        language: "pl",
        share: 5,
        given: "Agnieszka,Małgorzata,Katarzyna,Zofia,Łucja,Piotr,Krzysztof,Andrzej,Paweł,Wojciech,Stanisław,Grażyna",
        family: "Nowak,Wójcik,Mazur,Kowalczyk,Pietrzak,Sikora,Zając,Król,Wróbel,Michalak,Duda,Gołąb",
    },
    Names {
        language: "ru",
        share: 3,
        given: "Анна,Мария,Елена,Ольга,Наталья,Юлия,Ирина,Вера",
        family: "Иванова,Смирнова,Кузнецова,Попова,Соколова,Лебедева,Новикова,Соловьёва",
    },
    Names {
        language: "ru",
        share: 2,
        given: "Дмитрий,Сергей,Алексей,Иван,Михаил,Фёдор",
        family: "Иванов,Смирнов,Кузнецов,Попов,Соколов,Козлов,Морозов,Соловьёв",
    },
    Names {
        language: "uk",
        share: 5,
        given: "Олена,Оксана,Ірина,Тетяна,Соломія,Андрій,Тарас,Богдан,Євген,Юрій,Дмитро,Максим",
        family: "Шевченко,Коваленко,Бондаренко,Ткаченко,Кравченко,Олійник,Мельник,Поліщук,Гнатюк,Савчук",
    },
    Names {
        language: "es",
        share: 4,
        given: "Lucía,Martina,Carmen,Begoña,Íñigo,Alejandro,Pablo,Álvaro,José,Andrés,María José,Ramón",
        family: "García,Fernández,González,Rodríguez,López,Martínez,Sánchez,Pérez,Gómez,Muñoz,Ibáñez,Núñez,García Márquez",
    },
    Names {
        language: "fr",
        share: 4,
        given: "Camille,Chloé,Élodie,Amélie,Noémie,François,Jérôme,Hélène,Théo,Étienne,Gaël,Anaïs",
        family: "Martin,Bernard,Dubois,Lefèvre,Moreau,Rousseau,Girard,Lévêque,Mercier,Gauthier,Béranger,d'Aubigny",
    },
    Names {
        language: "it",
        share: 3,
        given: "Giulia,Chiara,Francesca,Alessia,Niccolò,Lorenzo,Matteo,Giovanni,Raffaele,Ilaria",
        family: "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Greco,De Luca,D'Angelo",
    },
    Names {
        language: "vi",
        share: 3,
        given: "Thị Hoa,Văn Minh,Thu Hà,Đức Anh,Ngọc Lan,Quốc Bảo,Thanh Tâm,Minh Châu,Hữu Phước",
        family: "Nguyễn,Trần,Lê,Phạm,Hoàng,Huỳnh,Võ,Đặng,Bùi,Đỗ",
    },
    Names {
        language: "fa",
        share: 3,
        given: "زهرا,شیرین,نرگس,پریسا,مهدی,رضا,امیر,کیان,بهرام,سیاوش",
        family: "محمدی,احمدی,حسینی,رضایی,کریمی,موسوی,جعفری,رحیمی,پورعلی",
    },
    Names {
        language: "zh",
        share: 3,
        given: "伟,芳,娜,秀英,敏,静,丽,强,磊,洋,艳,勇,晓明",
        family: "王,李,张,刘,陈,杨,赵,黄,周,吴,欧阳,司马",
    },
    Names {
        language: "hi",
        share: 3,
        given: "अदिति,अनन्या,दीपा,प्रिया,कविता,आरव,विवान,आदित्य,अर्जुन,राहुल,सुनील",
        family: "शर्मा,वर्मा,गुप्ता,सिंह,कुमार,पटेल,मिश्रा,यादव,जोशी,चौहान",
    },
    Names {
        language: "el",
        share: 1,
        given: "Μαρία,Ελένη,Αικατερίνη,Σοφία,Βασιλική",
        family: "Παπαδοπούλου,Βλάχου,Αγγελοπούλου,Νικολαΐδου,Γεωργίου,Οικονόμου",
    },
    Names {
        language: "el",
        share: 1,
        given: "Γεώργιος,Δημήτρης,Νίκος,Ιωάννης,Χρήστος",
        family: "Παπαδόπουλος,Βλάχος,Αγγελόπουλος,Νικολαΐδης,Γεωργίου,Οικονόμου",
    },
    Names {
        language: "ro",
        share: 2,
        given: "Ioana,Andreea,Ștefania,Ileana,Ștefan,Mihai,Alexandru,Răzvan,Cătălin",
        family: "Popescu,Ionescu,Dumitrescu,Stănescu,Munteanu,Țăranu,Șerban,Bălan",
    },
    Names {
        language: "he",
        share: 1,
        given: "נועה,תמר,מאיה,יעל,דוד,יוסף,איתן,אורי",
        family: "כהן,לוי,מזרחי,פרץ,ביטון,פרידמן,אברהם",
    },
    Names {
        language: "ja",
        share: 1,
        given: "陽葵,さくら,結衣,美咲,蓮,大翔,健太,太郎",
        family: "佐藤,鈴木,高橋,田中,伊藤,渡辺,山本,中村",
    },
    Names {
        language: "ko",
        share: 1,
        given: "서연,지우,하윤,민준,도윤,지훈,은지",
        family: "김,이,박,최,정,강,조",
    },
    Names {
        language: "yo",
        share: 1,
        given: "Adébáyọ̀,Ọmọlará,Títílayọ̀,Olúwaṣeun,Bọ́ládé,Ìfẹ́olúwa",
        family: "Adéyẹmí,Ògúnlẹ́yẹ,Akínwándé,Ṣówándé,Ọláníyan",
    },
    Names {
        language: "am",
        share: 1,
        given: "ሰላም,አበበ,ትዕግስት,ሙሉጌታ,ሳራ,ዳዊት",
        family: "ተስፋዬ,በቀለ,ኃይሌ,ገብረ,ከበደ",
    },
];
