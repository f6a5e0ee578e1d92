// What the desk takes of JsSIP.
import JsSIP from "jssip";

export const { UA, WebSocketInterface, C } = JsSIP;
