"""The sentences that the page's scripts say, in the language of the page. Sent with the page by views/join.

`{name}` is filled in by the script. Keys are those of the scripts: static/interviewpanel/candidate/.
"""

from django.utils.translation import gettext as _


def write_strings() -> dict[str, str]:
    return {
        **_write_turns(),
        **_write_ears(),
        **_write_interview(),
        **_write_queue(),
        **_write_connection(),
        **_write_device_check(),
        **_write_practice(),
        **_write_forms(),
    }


def write_video_strings() -> dict[str, str]:
    """Of the camera in the interview, and of the pieces of its video afterwards; those are on other pages too."""
    return {
        "cameraLost": _("Your camera is off. The interview goes on. If you like, turn the camera on again."),
        "cameraRefused": _("No more video is taken. The interview goes on without it; you need not do anything."),
        "videoSending": _(
            "Your video is being stored: {stored} of {all} pieces. Please keep this page open until it is done."
        ),
        "videoWaiting": _(
            "Your video could not be stored yet: {stored} of {all} pieces. We keep trying. You may also open your link "
            "again within a day, on this device."
        ),
        "videoStored": _("Your video is stored. You may close this page."),
        "videoRefused": _(
            "A part of your video could not be stored. Your answers are not affected, and you need not do anything."
        ),
    }


def _write_turns() -> dict[str, str]:
    """The state of an answer: a title, and a hint below it."""
    return {
        "turnConnecting": _("One moment"),
        "turnConnectingHint": _("The interviewer is getting ready."),
        "turnAsking": _("Listen to the question"),
        "turnAskingHint": _("We listen as soon as it is read. To answer at once, press “Begin now”."),
        "turnListening": _("We are listening"),
        "turnListeningHint": _("Begin when you are ready."),
        "turnListeningDoneHint": _("Begin when you are ready. Only “I'm done” ends your answer."),
        "turnThinking": _("Thinking time"),
        "turnThinkingHint": _("Take it. It is not held against you, and silence does not end your answer."),
        "turnSpeaking": _("We hear you"),
        "turnSpeakingHint": _("Take your time. Pauses are fine."),
        "turnPausing": _("Still listening"),
        "turnPausingHint": _("Take your time. Go on, or press “I'm done”."),
        "turnEnding": _("Is that your answer?"),
        "turnEndingHint": _("It is saved in {seconds} s. Go on speaking, or press “Let me think”."),
        "turnTyping": _("Type your answer"),
        "turnTypingHint": _("Take your time, and send it when it is ready. The microphone is not listening."),
        "turnTypingEnding": _("The time for this answer is nearly over"),
        "turnTypingEndingHint": _(
            "It ends in {seconds} s, and what you have written is sent then. Take more if you need it."
        ),
        "turnLongest": _("Please come to an end"),
        "turnLongestHint": _(
            "This answer can go on for {seconds} s. All of it is saved. Take more time if you need it."
        ),
        "turnSaving": _("Saving your answer"),
        "turnSavingHint": _("One moment."),
        "turnSaved": _("Saved"),
        "turnSavedHint": _("The next question is coming."),
        "turnSkipped": _("Skipped"),
        "turnSkippedHint": _("That is fine. The next question is coming."),
        "turnSavedTimeoutHint": _("The longest time for one answer is over. The next question is coming."),
    }


def _write_ears() -> dict[str, str]:
    """Where nothing can be heard during the interview; `problem…` of the device check are the other reasons."""
    return {
        "earNone": _("May we listen?"),
        "earNoneHint": _(
            "This window does not use your microphone yet. Press the button to speak, or type your answer."
        ),
        "earOpening": _("Your browser asks you something"),
        "earOpeningHint": _("May this page use the microphone? Please choose Allow. You can also type your answer."),
        "earAsleep": _("Your microphone is waiting for you"),
        "earAsleepHint": _("The browser lets us listen again once you press the button. What you said before is kept."),
        "earMuted": _("Your microphone is muted"),
        "earMutedHint": _("Please switch it on, at the device or in its settings. What you said before is kept."),
        "earLost": _("Your microphone is gone"),
        "earLostHint": _(
            "Plug it in again, and we go on by ourselves. What you said before is kept. You can also type."
        ),
        "goOnSpeaking": _("Go on speaking"),
        "tryAgain": _("Try again"),
    }


def _write_interview() -> dict[str, str]:
    return {
        "questionOf": _("Question {number} of {of}"),
        "question": _("Question {number}"),
        "followUp": _("Follow-up question"),
        "minutesLeft": _("{minutes} min left"),
        "minuteLeft": _("Under a minute left"),
        "nearlyOver": _("{time}. We are coming to the end"),
        "timeAdded": _("You have been given more time for this interview: {minutes} min."),
        "nothingHeardYet": _("What you say appears here, a few seconds later."),
        "interviewer": _("Interviewer"),
        "you": _("You"),
        "skippedAnswer": _("(no answer)"),
        "pausedTitle": _("Paused"),
        "pausedText": _("The clock stands still, and nothing is recorded. {left} of breaks left."),
        "pausedShort": _("The clock stands still, and nothing is recorded."),
        "pausesUsedUp": _("The time for breaks is used up."),
        "areYouThereTitle": _("Are you still there?"),
        "areYouThereText": _("We have not heard you for a while. Press the button within {left}, and we go on."),
        "goOn": _("Go on"),
        "iAmHere": _("I am here"),
        "minutesAndSeconds": _("{minutes} min {seconds} s"),
        "pauseSpent": _("The time for breaks is used up, so we go on."),
        "skipTitle": _("Skip this question?"),
        "skipText": _("It counts as not answered, and does not come back."),
        "skipYes": _("Skip it"),
        "skipFollowUpTitle": _("Skip this follow-up?"),
        "skipFollowUpText": _("Your answer to the question before stays as you gave it. Skipping this costs nothing."),
        "skipFollowUpYes": _("Skip it"),
        "endTitle": _("End the interview?"),
        "endText": _(
            "Everything you have said or written is saved and will be read. You cannot come back to the open questions."
        ),
        "endYes": _("End the interview"),
        "answerEmpty": _("Please write something, or skip the question."),
        "answerTooLong": _("This is longer than we can take. Please shorten it a little, and send it again."),
        "notTaken": _("This did not arrive. Please try it once more; what you have written is still here."),
        "noMoreTime": _("There is no more time to add to this answer. All of it is saved when it ends."),
        "leftoverTitle": _("What you wrote for question {number} came too late"),
        "leftoverAdded": _("Added as a note."),
        "closingDefault": _("Your answers are saved, and a person will read them."),
        "microphoneIs": _("Microphone: {name}"),
        "microphoneOff": _("The microphone is off."),
    }


def _write_queue() -> dict[str, str]:
    """While all places are taken."""
    return {
        "queueTitle": _("You are in line"),
        "queueLead": _(
            "Just now as many interviews go on as we can hold well. You will be let in automatically, in order."
        ),
        "queuePosition": _("Number {position} in line"),
        "queueBetween": _("about {from} to {to} minutes"),
        "queueSoon": _("a minute or two"),
        "queueUnknown": _("we cannot say yet"),
        "queueMoved": _("You are number {position} in line. It takes {time}."),
        "queueDrained": _(
            "This site is being updated, and lets nobody in for a few minutes. You keep your place in line."
        ),
        "queueToldByEmail": _("You may close this page: we send you an e-mail as soon as a place is free for you."),
        "queueToldBySms": _("You may close this page: we send you a text message as soon as a place is free for you."),
        "queueCalledTitle": _("It is your turn"),
        "queueCalledLead": _("A place is free, and is held for you for {left}."),
        "queueCountdown": _("We begin in {seconds} s."),
        "queueLeftTitle": _("You are not in line any more"),
        "queueLeftLead": _(
            "Nothing was recorded, and your link stays good. You can stand in line again, now or later."
        ),
        "queueNoChannel": _("We cannot write to you just now. Please keep this page open."),
        "restarting": _("This site is being updated. Your interview goes on in a moment; nothing is lost."),
    }


def _write_connection() -> dict[str, str]:
    return {
        "reconnecting": _(
            "The connection is gone. We are reconnecting; what you say or write is kept on this device. Just go on."
        ),
        "reconnectingUndurable": _(
            "The connection is gone. We are reconnecting. What you say is kept as long as this page stays open, so "
            "please do not reload it."
        ),
        "reconnected": _("You are connected again. Nothing is lost."),
        "slowNetwork": _("Your connection is slow. Nothing is lost."),
        "slowNetworkMore": _("{seconds} s of sound wait to be sent."),
        "cannotHearYou": _(
            "We do not hear you yet. If you are thinking, take your time. If you are speaking, please look whether "
            "your microphone is muted. You can also type."
        ),
        "refused": _("This link opens nothing at the moment. Please ask the people who invited you."),
        "linkUnknown": _("This link is not valid. Please open it as it was sent to you."),
        "linkWithdrawn": _("This link was withdrawn. Please ask the people who invited you for a new one."),
        "linkExpired": _("This link has expired. Please ask the people who invited you for a new one."),
        "linkWithdrawnByYou": _("You have withdrawn. This link opens no interview any more."),
        "linkClosed": _("This interview is closed. Please ask the people who invited you."),
        "linkErased": _("Everything about this interview was erased."),
        "linkOpens": _("This interview opens on {at}. Please come back then."),
        "consentChanged": _("The text of the agreement has changed. Please read it again."),
    }


def _write_device_check() -> dict[str, str]:
    """`problem…` are microphone.js's codes."""
    return {
        "meterWaiting": _("Please say a sentence, as loud as you usually speak."),
        "meterGood": _("We hear you well."),
        "meterQuiet": _("We hear you, but you are very quiet. Come closer, or turn the microphone up."),
        "meterSilent": _("We hear nothing. Is the microphone muted, or is another one chosen?"),
        "meterLoud": _("Very loud: please move a little away from the microphone."),
        "recording": _("Recording: please speak"),
        "recordAgain": _("Record again"),
        "recordedReady": _("Recorded. Press “Listen”. It stays on this device."),
        "recordedSilent": _("There is almost nothing to hear in it. Please check the microphone."),
        "cameraReady": _("Your camera works."),
        "cameraFailed": _("The camera did not start. Please allow it and try again, or go on without it."),
        "testSentence": _("Hello. This is how I will read the questions to you."),
        "problemInsecureTitle": _("This address is not secure"),
        "problemInsecure": _(
            "Browsers allow the microphone on https addresses only. Please open the link as it was sent."
        ),
        "problemUnsupportedTitle": _("This browser cannot record"),
        "problemUnsupported": _(
            "Please open the link in a current Firefox, Chrome, Edge or Safari. You can also type your answers here."
        ),
        "problemBlockedTitle": _("The microphone is blocked"),
        "problemBlocked": _(
            "Allow it for this page: press the sign beside the address above, choose Microphone, then Allow, and try "
            "again. On a phone, look into the settings of the browser."
        ),
        "problemAsleepTitle": _("The microphone is not running yet"),
        "problemAsleep": _("Your browser waits for you: please press “Try again”."),
        "problemMutedTitle": _("The microphone is muted"),
        "problemMuted": _("Please switch it on, at the device or in its settings. We notice it by ourselves."),
        "problemMissingTitle": _("No microphone was found"),
        "problemMissing": _("Please plug one in or turn your headset on, and try again."),
        "problemBusyTitle": _("Another program uses the microphone"),
        "problemBusy": _("Please close calls and other programs that use it, and try again."),
        "problemFailedTitle": _("The microphone did not start"),
        "problemFailed": _("Please try again. If it fails once more, restart the browser, or type your answers."),
    }


def _write_practice() -> dict[str, str]:
    return {
        "practiceQuestion": _("What have you learned lately that you enjoyed, and how did you go about it?"),
        "practiceReady": _("Whenever you like"),
        "practiceReadyHint": _("Press “Practise”: the question is read out, and you answer it."),
        "practiceTypingHint": _("You have chosen to type. Try the field below, or start."),
        "practiceHeard": _("That is how it works"),
        "practiceHeardHint": _("Your answer of {seconds} s is only in this browser. You can listen to it."),
        "practiseAgain": _("Practise again"),
    }


def _write_forms() -> dict[str, str]:
    return {
        "sending": _("Sending"),
        "formFailed": _("This did not arrive. Please check your connection and try again."),
        "pleaseAgree": _("Please tick the box if you agree. If you do not, choose “I do not agree”."),
    }
