"""Dangers told as everyday signs, by people who think nothing of them; and what only sounds alike."""

import pytest

from core.text.statements import read_statements
from core.writing.roles.marks import is_dangerous

DANGERS = {
    "en": [
        "They had the charcoal grill going indoors.",
        "There is a smell of heating oil in the cellar.",
        "The gas hose on the van is held by tape.",
        "He told his sister that he doesn't want to live any more.",
        "The boiler works, but its flame burns rather yellow these days.",
        "Funny thing, the flame's gone orange since the chimney was repointed.",
        "There are soot marks around the gas fire in the back bedroom.",
        "All of us wake up with headaches, and they stop when we get outside.",
        "We both had a headache for days, the baby too, and feel better once we leave.",
        "We're all drowsy in the evening, but fine as soon as we go out.",
        "For now the gas bottles are in the cellar.",
        "Somebody put the propane in with the cardboard.",
        "The batch of vaccine from Monday is quarantined in the left fridge.",
        "Please do not use the insulin from the top shelf.",
        "Gran felt dizzy at the wheel on the way back.",
        "He nodded off while driving to the depot.",
        "Two of the wheel nuts on the horsebox are loose.",
        "When braking, the van pulls to the left.",
        "The lift stopped between two floors again.",
        "She nearly fell down the step by the bins.",
        "I bridged the limit switch of the hoist, it came on too early.",
        "The sling has two broken strands, so I put tape round it.",
    ],
    "de": [
        "Mal riecht es im Keller nach Öl, mal hat das Kind Kopfweh.",
        "Die haben das Lüftungsgitter im Heizungskeller zugestopft.",
        "Oma sagt, sie mag nicht mehr leben.",
        "Die Flamme der Therme brennt seit Tagen gelb.",
        "Am Durchlauferhitzer ist oben etwas Ruß.",
        "Wir haben abends alle Kopfweh, draußen ist es gleich weg.",
        "Die Gasflaschen stehen vorerst im Keller.",
        "Der Impfstoff aus dem unteren Fach ist gesperrt.",
        "Ihm wurde gestern am Steuer schwindlig.",
        "Zwei Radmuttern am Anhänger sind locker.",
        "Der Transporter zieht beim Bremsen nach links.",
        "Der Aufzug blieb zwischen dem ersten und zweiten Stock stehen.",
        "Meine Mutter ist an der Schwelle fast gestürzt.",
        "Den Endschalter vom Kran habe ich gebrückt.",
        "Das Seil ist oben an der Rolle ausgefranst.",
    ],
    "fr": [
        "Sur son camion, le tuyau de la bouteille de gaz était tenu par du scotch.",
        "Les grilles d'aération étaient bouchées par des cartons.",
        "Elle dit qu'elle ne veut plus vivre.",
        "La flamme de la chaudière est plutôt jaune en ce moment.",
        "Il y a de la suie autour de la chaudière.",
        "On a tous mal à la tête le soir, et dehors ça passe.",
        "Les bouteilles de gaz sont à la cave pour l'instant.",
        "Le lot de vaccins de lundi est en quarantaine.",
        "Il a eu un malaise au volant samedi.",
        "Deux écrous de roue sont desserrés sur la remorque.",
        "La camionnette tire à gauche quand on freine.",
        "L'ascenseur s'est arrêté entre deux étages.",
        "Elle a failli tomber dans l'escalier.",
        "L'élingue du palan est effilochée.",
        "Le fin de course du pont roulant est shunté.",
    ],
    "es": [
        "Me la encontré con el brasero encendido y la ventana tapada.",
        "Le dijo a su hermana que para qué sigue, mejor no estar.",
        "En el sótano huele a gasóleo.",
        "La llama de la caldera está amarilla desde el lunes.",
        "Hay hollín encima del calentador.",
        "Nos duele a todos la cabeza, y en cuanto salimos se pasa.",
        "Las bombonas están en el sótano de momento.",
        "El lote de insulina del martes está en cuarentena.",
        "Se mareó al volante volviendo del pueblo.",
        "Hay dos tuercas de la rueda flojas en el remolque.",
        "La furgoneta se va a la izquierda al frenar.",
        "El ascensor se quedó entre el primero y el segundo.",
        "Mi padre casi se cae en el portal.",
        "La eslinga del polipasto está deshilachada.",
        "El final de carrera de la grúa está puenteado.",
    ],
}
HARMLESS = {
    "en": [
        "The candle has a warm yellow flame.", "The children painted an orange flame on the banner.",
        "The picture over the stove shows a yellow house.", "There is soot on the old picture, so it is cleaned.",
        "The new cooker is orange and fits the tiles.", "I have a headache and go to bed early.",
        "My headache is better, thank you.", "We are all tired after the move and eat outside tonight.",
        "The kids were sleepy on the way home.", "The gas bottles arrive on Thursday.",
        "We need one more gas bottle for the barbecue.", "The tablets for the classroom are on the shelf.",
        "Do not use the blue bin for glass.", "Please don't take the cake out before it is golden.",
        "The medicine is in the fridge door, next to the milk.", "She is unwell and stays at home on Monday.",
        "The drive was long and we are exhausted.", "The wheel nuts were all tightened on Friday.",
        "Is the spare wheel in the boot?", "The wheel of cheese comes on Saturday.",
        "We almost fell asleep during the talk.", "The lift is between the bakery and the bank.",
        "The boiler was serviced in June.", "He pulls to the top of the class in maths.",
        "The quarantine for the new plants ends on Friday.",
    ],
    "de": [
        "Die Kerze hat eine schöne gelbe Flamme.", "Auf dem Plakat ist eine orange Flamme.",
        "Auf dem alten Bild liegt etwas Ruß.", "Ich habe Kopfweh und lege mich hin.",
        "Wir sind alle müde und gehen früh schlafen.", "Die Gasflaschen werden am Donnerstag geliefert.",
        "Die Therme wurde im Juni gewartet.", "Die Medikamente liegen in der Küche.",
        "Mir ist heute nicht gut, ich bleibe daheim.", "Die Radmuttern sind alle nachgezogen.",
        "Der Aufzug liegt zwischen der Bäckerei und der Bank.", "Die Quarantäne für die Pflanzen endet am Freitag.",
        "Wir haben uns fast verlaufen.", "Er zieht im März nach Kiel.",
    ],
    "fr": [
        "La bougie a une belle flamme jaune.", "Il y a un peu de suie sur le vieux tableau.",
        "J'ai mal à la tête et je me couche tôt.", "Nous sommes tous fatigués et nous dînons dehors.",
        "Les bouteilles de gaz arrivent jeudi.", "La chaudière a été révisée en juin.",
        "Les médicaments sont dans la cuisine.", "Les écrous de roue ont été resserrés vendredi.",
        "L'ascenseur est à côté de la boulangerie.", "J'ai failli oublier ton anniversaire.",
        "Il tire toujours à gauche au penalty.", "La quarantaine des plantes finit vendredi.",
    ],
    "es": [
        "La vela tiene una llama amarilla muy bonita.", "El cuadro viejo tiene algo de hollín.",
        "Me duele la cabeza y me acuesto pronto.", "Estamos todos cansados y cenamos fuera.",
        "Las bombonas llegan el jueves.", "La caldera se revisó en junio.",
        "Las medicinas están en la cocina.", "Apretaron todas las tuercas de la rueda el viernes.",
        "El ascensor está al lado de la panadería.", "Casi se me olvida tu cumpleaños.",
        "Conduce siempre por la derecha.", "La cuarentena de las plantas acaba el viernes.",
    ],
}  # fmt: skip


def _is_danger(said: str, language: str) -> bool:
    return any(map(is_dangerous, read_statements(said, language)))


@pytest.mark.parametrize("language", DANGERS)
def test_everyday_signs_of_a_danger_are_known(language: str) -> None:
    assert [said for said in DANGERS[language] if not _is_danger(said, language)] == []


@pytest.mark.parametrize("language", HARMLESS)
def test_what_only_sounds_like_a_danger_is_none(language: str) -> None:
    assert [said for said in HARMLESS[language] if _is_danger(said, language)] == []
