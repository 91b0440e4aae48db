// Random programs, second half.
import { declareRandomTests } from '../random/suite.js';

declareRandomTests(1, 2);
