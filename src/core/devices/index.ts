export { deviceOf } from "./device-name.ts";
export { knownDeviceId, rememberDevice } from "./devices.ts";
export { deleteExpiredDevices, revokeDevices, revokeUnusedDevice } from "./queries.ts";
