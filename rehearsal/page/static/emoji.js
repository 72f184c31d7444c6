// The names of emoji that people and bots type between colons; unknown ones stay as they were typed.

import { h } from "./block-dom.js";

const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 rofl 🤣 joy 😂 slightly_smiling_face 🙂
upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰 heart_eyes 😍 star-struck 🤩 kissing_heart 😘
yum 😋 stuck_out_tongue 😛 zany_face 🤪 hugging_face 🤗 thinking_face 🤔 thinking 🤔 shushing_face 🤫 zipper_mouth_face 🤐
face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄
grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧
hot_face 🥵 cold_face 🥶 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 sunglasses 😎 nerd_face 🤓 face_with_monocle 🧐
confused 😕 worried 😟 slightly_frowning_face 🙁 white_frowning_face ☹️ open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺
fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤
rage 😡 angry 😠 skull 💀 ghost 👻 alien 👽 robot_face 🤖 hankey 💩 poop 💩 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
wave 👋 raised_hand ✋ hand ✋ ok_hand 👌 crossed_fingers 🤞 v ✌️ call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆
point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐
handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 brain 🧠 eyes 👀 eye 👁️ ear 👂 tongue 👅 baby 👶 man 👨 woman 👩
female-technologist 👩‍💻 male-technologist 👨‍💻 technologist 🧑‍💻 police_officer 👮 cop 👮 construction_worker 👷 detective 🕵️
ninja 🥷 mage 🧙 superhero 🦸 shrug 🤷 face_palm 🤦 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️ bow 🙇 runner 🏃 walking 🚶
busts_in_silhouette 👥 bust_in_silhouette 👤 family 👪 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙
purple_heart 💜 black_heart 🖤 broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥 collision 💥 dizzy 💫 sweat_drops 💦 dash 💨
hole 🕳️ bomb 💣 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ zzz 💤 dog 🐶 cat 🐱 mouse 🐭 fox_face 🦊 bear 🐻
panda_face 🐼 unicorn_face 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 crab 🦀 whale 🐳 penguin 🐧
bird 🐦 owl 🦉 elephant 🐘 rabbit 🐰 cactus 🌵 evergreen_tree 🌲 herb 🌿 four_leaf_clover 🍀 maple_leaf 🍁 mushroom 🍄
sunflower 🌻 rose 🌹 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 new_moon 🌑 full_moon 🌕
crescent_moon 🌙 sunny ☀️ star ⭐ star2 🌟 sparkles ✨ zap ⚡ fire 🔥 cloud ☁️ partly_sunny ⛅ rain_cloud 🌧️ snowflake ❄️
rainbow 🌈 umbrella ☔ ocean 🌊 droplet 💧 apple 🍎 banana 🍌 lemon 🍋 cherries 🍒 avocado 🥑 pizza 🍕 hamburger 🍔 taco 🌮
popcorn 🍿 cookie 🍪 cake 🍰 birthday 🎂 doughnut 🍩 coffee ☕ tea 🍵 beer 🍺 beers 🍻 champagne 🍾 clinking_glasses 🥂
car 🚗 truck 🚚 ambulance 🚑 fire_engine 🚒 police_car 🚓 bus 🚌 train 🚆 bike 🚲 airplane ✈️ rocket 🚀 helicopter 🚁 ship 🚢
sailboat ⛵ anchor ⚓ construction 🚧 vertical_traffic_light 🚦 traffic_light 🚥 octagonal_sign 🛑 stop_sign 🛑 house 🏠
office 🏢 factory 🏭 hospital 🏥 school 🏫 bank 🏦 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️
timer_clock ⏲️ clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 christmas_tree 🎄 trophy 🏆
medal 🏅 first_place_medal 🥇 second_place_medal 🥈 third_place_medal 🥉 soccer ⚽ basketball 🏀 dart 🎯 game_die 🎲 jigsaw 🧩
video_game 🎮 art 🎨 performing_arts 🎭 musical_note 🎵 notes 🎶 headphones 🎧 microphone 🎤 crown 👑 gem 💎 ring 💍 mute 🔇
speaker 🔈 loud_sound 🔊 loudspeaker 📢 mega 📣 bell 🔔 no_bell 🔕 phone ☎️ telephone_receiver 📞 iphone 📱 computer 💻
desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 movie_camera 🎥 camera 📷 tv 📺 mag 🔍 mag_right 🔎 bulb 💡
flashlight 🔦 book 📖 books 📚 notebook 📓 ledger 📒 scroll 📜 page_facing_up 📄 page_with_curl 📃 newspaper 📰 bookmark 🔖
bookmark_tabs 📑 label 🏷️ moneybag 💰 dollar 💵 credit_card 💳 receipt 🧾 chart 💹 email ✉️ envelope ✉️ e-mail 📧
incoming_envelope 📨 envelope_with_arrow 📩 outbox_tray 📤 inbox_tray 📥 package 📦 mailbox 📫 ballot_box_with_ballot 🗳️
pencil2 ✏️ black_nib ✒️ memo 📝 pencil 📝 briefcase 💼 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ date 📅
calendar 📆 spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 clipboard 📋
pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 straight_ruler 📏 scissors ✂️ wastebasket 🗑️ lock 🔒 unlock 🔓
lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ hammer 🔨 pick ⛏️ hammer_and_wrench 🛠️ wrench 🔧
screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ compression 🗜️ scales ⚖️ chains ⛓️ toolbox 🧰 magnet 🧲 test_tube 🧪 microscope 🔬
telescope 🔭 satellite 🛰️ syringe 💉 pill 💊 door 🚪 broom 🧹 shield 🛡️ fire_extinguisher 🧯 warning ⚠️ no_entry ⛔
no_entry_sign 🚫 rotating_light 🚨 radioactive_sign ☢️ arrow_up ⬆️ arrow_right ➡️ arrow_down ⬇️ arrow_left ⬅️
arrow_upper_right ↗️ arrow_lower_right ↘️ left_right_arrow ↔️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️
arrows_counterclockwise 🔄 arrows_clockwise 🔃 back 🔙 end 🔚 on 🔛 soon 🔜 top 🔝 twisted_rightwards_arrows 🔀 repeat 🔁
arrow_forward ▶️ fast_forward ⏩ black_right_pointing_double_triangle_with_vertical_bar ⏭️ arrow_backward ◀️ rewind ⏪
double_vertical_bar ⏸️ black_square_for_stop ⏹️ record_button ⏺️ heavy_plus_sign ➕ heavy_minus_sign ➖
heavy_multiplication_x ✖️ infinity ♾️ bangbang ‼️ interrobang ⁉️ question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕
heavy_exclamation_mark ❗ recycle ♻️ white_check_mark ✅ ballot_box_with_check ☑️ heavy_check_mark ✔️ x ❌
negative_squared_cross_mark ❎ copyright ©️ registered ®️ tm ™️ hash #️⃣ zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣
six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 new 🆕 ok 🆗 sos 🆘 up 🆙 cool 🆒 free 🆓 id 🆔 information_source ℹ️
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩
large_blue_square 🟦 large_purple_square 🟪 black_large_square ⬛ white_large_square ⬜ large_orange_diamond 🔶
large_blue_diamond 🔷 small_orange_diamond 🔸 small_blue_diamond 🔹 small_red_triangle 🔺 radio_button 🔘
checkered_flag 🏁 triangular_flag_on_post 🚩 waving_white_flag 🏳️ waving_black_flag 🏴 rainbow-flag 🏳️‍🌈 flag-de 🇩🇪 flag-gb 🇬🇧
flag-fr 🇫🇷 flag-us 🇺🇸 flag-eu 🇪🇺 flag-in 🇮🇳 flag-jp 🇯🇵
`;

const words = TABLE.trim().split(/\s+/);
const EMOJI = new Map();
for (let at = 0; at + 1 < words.length; at += 2) EMOJI.set(words[at], words[at + 1]);

/** One `:name:` at the beginning of a text; a skin tone after it is taken off and ignored. */
export const TYPED = /^:([a-z0-9_+'-]+):(?::skin-tone-[2-6]:)?/;

/** The character of a name, or null for one unknown here (a workspace's own, for example). */
export function character(name) {
  return EMOJI.get(String(name).replace(/::skin-tone-[2-6]$/, "")) ?? null;
}

/** An emoji as a node that is read out by its name; null where it is unknown. */
export function emojiNode(name) {
  const found = character(name);
  if (!found) return null;
  const said = String(name).split("::")[0].replace(/[_-]+/g, " ").trim() || name;
  return h("span", { class: "bk-emoji", role: "img", "aria-label": said, title: `:${name}:` }, found);
}

/** Text with the emoji it names, as nodes and strings; everything else stays literally as it is. */
export function withEmoji(text) {
  const found = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const match = text[at] === ":" ? TYPED.exec(text.slice(at, at + 100)) : null;
    const node = match && emojiNode(match[1]);
    if (node) {
      if (plain) found.push(plain);
      found.push(node);
      plain = "";
      at += match[0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  if (plain) found.push(plain);
  return found;
}
