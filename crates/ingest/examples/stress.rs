use lagesbild_ingest::*;
fn main(){
    let a:Vec<String>=std::env::args().collect();
    let t=std::fs::read_to_string("pipelines/kungsholmen/sources/status-ytd.toml").unwrap();
    let mut t=t; for (k,v) in [("area","kungsholmen-sdo"),("place","fridhemsplan"),("area-name","kungsholmen"),("lpo","norrmalm")]{t=t.replace(&format!("${{{k}}}"),v);}
    for (k,v) in [("year","2023"),("week","41"),("since","2019")]{t=t.replace(&format!("\"${{{k}}}\""),v).replace(&format!("${{{k}}}"),v);}
    let s:Source=toml::from_str(&t).unwrap();
    let d="pipelines/codelists/";
    let f=|n:&str|std::fs::read(format!("{d}{n}")).unwrap();
    let (x,y,z)=(f("areas.csv"),f("categories.csv"),f("aliases.csv"));
    let l=CodeLists::read(ListFile{name:"areas.csv",bytes:&x},ListFile{name:"categories.csv",bytes:&y},ListFile{name:"aliases.csv",bytes:&z}).unwrap();
    let b=std::fs::read(&a[1]).unwrap();
    let n:u64=a[2].parse().unwrap();
    std::panic::set_hook(Box::new(|_|{}));
    let mut st=a[3].parse::<u64>().unwrap(); let mut r=move||{st^=st<<13;st^=st>>7;st^=st<<17;st};
    let mut worst=std::time::Duration::ZERO; let (mut ok,mut bad)=(0,0); let mut gave=0;
    for i in 0..n{ let mut c=b.clone(); let k=if a.len()>4 {1} else {1+r()%6};
        for _ in 0..k { let p=if a.len()>4 { (i as usize)%c.len() } else {(r()%c.len() as u64) as usize};
            match if a.len()>4 {9} else {r()%5} {0=>c[p]=0xff,1=>c[p]=0,2=>c[p]^=1<<(r()%8),3=>{for q in p..(p+4).min(c.len()){c[q]=0xff}},9=>c[p]^=1<<((i as usize/b.len())%8),_=>c[p]=r() as u8}}
        let t0=std::time::Instant::now();
        let q=read_source(&s,"x",&c,&l); let e=t0.elapsed(); if e>worst{worst=e; eprintln!("{i} {e:?}");}
        if q.diagnostics.iter().any(|d|d.found.contains("gave up")){gave+=1}
        if q.counts.is_empty(){bad+=1}else{ok+=1}}
    println!("{} ok {ok} refused {bad} caught panics {gave} worst {worst:?}",a[1]);
}
