export {
  circumstances,
  deviceInWords,
  knownDeviceInWords,
  momentInWords,
  type Notice,
  sendNotice,
  shortMomentInWords,
} from "./notices.ts";
