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
    use std::io::{Read,Write};
    let b=std::fs::read(&a[1]).unwrap();
    let mut z=zip::ZipArchive::new(std::io::Cursor::new(&b)).unwrap();
    let mut parts=vec![]; for i in 0..z.len(){let mut e=z.by_index(i).unwrap(); let mut v=vec![]; e.read_to_end(&mut v).unwrap(); let n=e.name().unwrap().into_owned(); parts.push((n,v));}
    let n:u64=a[2].parse().unwrap();
    std::panic::set_hook(Box::new(|_|{}));
    let mut st=a[3].parse::<u64>().unwrap(); let mut r=move||{st^=st<<13;st^=st>>7;st^=st<<17;st};
    let mut worst=std::time::Duration::ZERO; let (mut ok,mut bad)=(0,0); let mut gave=0;
    for i in 0..n{ let mut ps=parts.clone(); let k=1+r()%4;
        for _ in 0..k { loop { let j=(r()%ps.len() as u64) as usize; let v=&mut ps[j].1; if v.is_empty()||j>0&&ps[j].0.contains("theme"){continue;} let v=&mut ps[j].1; let p=(r()%v.len() as u64) as usize;
            match r()%6 {0=>v[p]=b'9',1=>v[p]=b'<',2=>v[p]^=1<<(r()%7),3=>{let m=v.len().min(p+20); v.drain(p..m);},4=>{let ins=b"99999999999".to_vec(); v.splice(p..p,ins);},_=>{let m=v.len().min(p+60); let c=v[p..m].to_vec(); v.splice(p..p,c);}} break;} }
        let mut w=zip::ZipWriter::new(std::io::Cursor::new(vec![])); for (n,v) in &ps { w.start_file(n.as_str(),zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap(); w.write_all(v).unwrap(); } let c=w.finish().unwrap().into_inner();
        let t0=std::time::Instant::now();
        let q=read_source(&s,"x",&c,&l); let e=t0.elapsed(); if e>worst{worst=e; eprintln!("{i} {e:?}");}
        if q.diagnostics.iter().any(|d|d.found.contains("gave up")){gave+=1}
        if q.counts.is_empty(){bad+=1}else{ok+=1}}
    println!("{} ok {ok} refused {bad} caught panics {gave} worst {worst:?}",a[1]);
}
