export { deviceOf } from "./device-name.ts";
export { knownDeviceId, rememberDevice } from "./devices.ts";
export { deleteDevicesOver, revokeDevices, revokeUnusedDevice } from "./queries.ts";
