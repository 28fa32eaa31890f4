export { circumstances, deviceInWords, momentInWords, type Notice, sendNotice } from "./notices.ts";
