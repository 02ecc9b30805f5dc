import { chain, Dag } from 'stepdag'

export const dag = new Dag('three_regions')
const cleanNorth = dag.empty('clean_north')
const cleanSouth = dag.empty('clean_south')
const sendNorth = dag.empty('send_north')
const sendSouth = dag.empty('send_south')
const sendWest = dag.empty('send_west')

chain([cleanNorth, cleanSouth], [sendNorth, sendSouth, sendWest])
